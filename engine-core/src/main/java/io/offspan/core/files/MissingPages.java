package io.offspan.core.files;

import org.jspecify.annotations.Nullable;

/**
 * Mapped pages that are not there any more, because somebody made their file shorter or the disk cannot read them.
 *
 * <p>The JVM raises an {@link InternalError} for them, but not at once. JDK 17 does so when the thread enters the JVM the next time, for
 * a large allocation for instance, which may be long after and in somebody else's code.
 *
 * <p><b>Threads.</b> Any.
 */
public final class MissingPages {
    /** More than a thread gets from its own part of the heap. */
    private static final int LARGE_BYTES = 2 << 20;

    private static volatile byte @Nullable [] large;

    private MissingPages() {}

    /** Takes what the JVM owes this thread from it, for those who have found out by themselves that a page is gone, and say so. */
    public static void settle() {
        try {
            raise();
        } catch (InternalError owed) {
            return;
        }
    }

    /** Raises here what the JVM owes this thread; takes long, and is for those who have seen that a page is gone. */
    public static void raise() {
        try {
            large = new byte[LARGE_BYTES];
            large = null;
        } catch (OutOfMemoryError tooLittle) {
            // The attempt was all that was wanted.
            return;
        }
    }
}
