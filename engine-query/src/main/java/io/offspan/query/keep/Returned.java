package io.offspan.query.keep;

import io.offspan.query.index.LiveIndex;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The indexes that nobody looks at any more, whose memory goes back to where it came from: by the thread that writes indexes while there is
 * one, then by whoever gives one back.
 *
 * <p><b>Threads.</b> Any adds; {@link #close} and {@link #end} belong to the thread that writes.
 */
final class Returned {
    private final ConcurrentLinkedQueue<LiveIndex> indexes = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    void add(LiveIndex index) {
        indexes.add(index);
        if (ended) {
            close();
        }
    }

    /** Closes what was given back. */
    synchronized void close() {
        for (LiveIndex index = next(); index != null; index = next()) {
            index.close();
        }
    }

    private @Nullable LiveIndex next() {
        return indexes.poll();
    }

    /** Says that nobody writes any more. */
    void end() {
        ended = true;
        close();
    }
}
