package io.offspan.codec.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.List;
import net.openhft.chronicle.core.UnsafeMemory;

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
            return UnsafeMemory.INSTANCE.readByte(new byte[1], UnsafeMemory.INSTANCE.arrayBaseOffset(byte[].class))
                    == 0;
        } catch (UnsupportedOperationException denied) {
            return false;
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
            MethodHandles.Lookup lookup = (MethodHandles.Lookup) UnsafeMemory.UNSAFE.getObject(
                    UnsafeMemory.UNSAFE.staticFieldBase(trusted), UnsafeMemory.UNSAFE.staticFieldOffset(trusted));
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
