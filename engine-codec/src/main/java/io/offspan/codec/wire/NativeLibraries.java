package io.offspan.codec.wire;

import net.openhft.chronicle.core.Jvm;
import net.openhft.posix.internal.PosixAPIHolder;

/**
 * Keeps Chronicle from unpacking a native library into the temporary directory, or the working directory, when its first class is
 * loaded: reading and encoding need none, and a writer decides first where the library goes.
 *
 * <p>Whoever asks for the library later, the host included, gets it as if this had not been here.
 */
final class NativeLibraries {
    static {
        if (PosixAPIHolder.POSIX_API == null) {
            PosixAPIHolder.useNoOpPosixApi();
            Jvm.init();
            PosixAPIHolder.POSIX_API = null;
        }
    }

    private NativeLibraries() {}

    /** Loads Chronicle without its native library; to be called before any other class of it is touched. */
    static void defer() {
        // The work is done once, by the static initialiser.
    }
}
