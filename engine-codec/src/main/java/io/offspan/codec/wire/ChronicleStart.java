package io.offspan.codec.wire;

import java.lang.reflect.Field;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.cleaner.CleanerServiceLocator;
import net.openhft.chronicle.core.internal.cleaner.Jdk9ByteBufferCleanerService;
import net.openhft.posix.internal.PosixAPIHolder;

/**
 * Loads Chronicle such that it unpacks nothing and complains of nothing: reading and encoding need neither its native library, which
 * it would put into the temporary or the working directory at once, nor any flag of the JVM.
 *
 * <p>Whoever asks for the library later, the host included, gets it as if this had not been here.
 */
final class ChronicleStart {
    static {
        if (PosixAPIHolder.POSIX_API == null) {
            PosixAPIHolder.useNoOpPosixApi();
            Jvm.init();
            PosixAPIHolder.POSIX_API = null;
        }
        chooseCleaner();
    }

    private ChronicleStart() {}

    /** To be called before any other class of Chronicle is touched. */
    static void ensure() {
        // The work is done once, by the static initialiser.
    }

    /**
     * Chooses the way to free a direct buffer that every JDK from 17 to 25 allows. Left to itself, Chronicle tries out an older one as
     * well, and prints two complaints where the JVM keeps it closed.
     */
    private static void chooseCleaner() {
        try {
            Field instance = CleanerServiceLocator.class.getDeclaredField("instance");
            Field chosen = CleanerServiceLocator.class.getDeclaredField("initialised");
            instance.setAccessible(true);
            chosen.setAccessible(true);
            synchronized (CleanerServiceLocator.class) {
                if (!chosen.getBoolean(null)) {
                    instance.set(null, new Jdk9ByteBufferCleanerService());
                    chosen.setBoolean(null, true);
                }
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError changed) {
            // Another Chronicle: it chooses for itself.
        }
    }
}
