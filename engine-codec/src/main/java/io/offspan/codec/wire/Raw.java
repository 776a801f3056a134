package io.offspan.codec.wire;

import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** The JDK's own access to raw memory, taken once. */
final class Raw {
    static final Unsafe UNSAFE = take();

    private Raw() {}

    private static Unsafe take() {
        try {
            Field only = Unsafe.class.getDeclaredField("theUnsafe");
            only.setAccessible(true);
            return (Unsafe) only.get(null);
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(
                    "JDK " + Runtime.version() + " has no sun.misc.Unsafe where 17 to 25 have it; run one of those",
                    missing);
        }
    }
}
