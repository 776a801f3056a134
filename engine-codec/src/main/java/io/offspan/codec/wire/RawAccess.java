package io.offspan.codec.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.List;
import sun.misc.Unsafe;

/**
 * What a JVM allows beyond the language: raw memory, and packages that it keeps closed.
 *
 * <p><b>Threads.</b> Any.
 */
public final class RawAccess {
    private RawAccess() {}

    /** Returns whether this JVM lets raw memory be touched at all. */
    public static boolean isAllowed() {
        try {
            return Raw.UNSAFE.getByte(new byte[1], (long) Unsafe.ARRAY_BYTE_BASE_OFFSET) == 0;
        } catch (UnsupportedOperationException denied) {
            return false;
        }
    }

    /**
     * Unmaps a mapped file at once, or leaves it to the garbage collector in a JVM that denies that. By a plain call: to link a method
     * handle takes a fresh JVM longer than to map the file.
     */
    public static void unmap(ByteBuffer mapped) {
        try {
            Raw.UNSAFE.invokeCleaner(mapped);
        } catch (UnsupportedOperationException denied) {
            return;
        }
    }

    /**
     * Opens packages of {@code java.base} to a module without a flag, by the lookup that the JDK trusts itself with, which is read out
     * of its memory.
     *
     * @return whether they are open now
     */
    public static boolean open(List<String> packages, Module to) {
        Module base = Object.class.getModule();
        try {
            Field trusted = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
            MethodHandles.Lookup lookup = (MethodHandles.Lookup)
                    Raw.UNSAFE.getObject(Raw.UNSAFE.staticFieldBase(trusted), Raw.UNSAFE.staticFieldOffset(trusted));
            MethodHandle open = lookup.findVirtual(
                    Module.class, "implAddOpens", MethodType.methodType(void.class, String.class, Module.class));
            for (String name : packages) {
                open.invokeExact(base, name, to);
            }
        } catch (Throwable kept) {
            // A JVM that keeps its doors shut; the caller says which flags open them.
            return false;
        }
        return packages.stream().allMatch(name -> base.isOpen(name, to));
    }
}
