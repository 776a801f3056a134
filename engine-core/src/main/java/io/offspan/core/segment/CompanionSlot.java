package io.offspan.core.segment;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The place of a segment's one companion: empty, taken, or closed for good.
 *
 * <p><b>Threads.</b> Any.
 */
final class CompanionSlot {
    private static final SegmentCompanion GONE = new Gone();

    private final AtomicReference<@Nullable SegmentCompanion> companion = new AtomicReference<>();
    /** The length of an index file that nobody in this process has opened, negative while it is not known. */
    private volatile long leftBytes = -1;

    /** Stands where a companion was, or would have come too late. */
    private static final class Gone implements SegmentCompanion {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void delete() {}

        @Override
        public void close() {}
    }

    /** Takes the place; false when it is not empty. */
    boolean take(SegmentCompanion with) {
        return companion.compareAndSet(null, with);
    }

    /** Returns the companion, or null when there is none. */
    @Nullable
    SegmentCompanion get() {
        SegmentCompanion with = companion.get();
        return with == GONE ? null : with;
    }

    /** Returns how many bytes of the disk the companion takes, or the file that an earlier one has left. */
    long bytes(Path file) {
        SegmentCompanion with = companion.get();
        if (with != null) {
            return with.bytes();
        }
        if (leftBytes < 0) {
            leftBytes = file.toFile().length();
        }
        return leftBytes;
    }

    /** Closes the companion, and lets no other one in. */
    void close() {
        SegmentCompanion with = companion.getAndSet(GONE);
        if (with != null) {
            with.close();
        }
    }
}
