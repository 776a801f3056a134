package io.offspan.it.export;

import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.it.gate.StampedSpan;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;

/**
 * Appends small stamped spans, numbered from 1, until it is stopped.
 *
 * <p><b>Threads.</b> Its own; {@link #acknowledged} may be asked by any.
 */
final class StampedWriter {
    private static final int BURST = 10;
    private static final long PAUSE_NANOS = 1_000_000;

    private final SpanStore store;
    private final int writer;
    private final LongPredicate welcome;
    private final Thread thread = new Thread(this::append, "stamped-writer");
    private volatile long acknowledged;
    private volatile boolean stopping;

    /** @param welcome tells whether more spans are wanted, given how many there are */
    StampedWriter(SpanStore store, int writer, LongPredicate welcome) {
        this.store = store;
        this.writer = writer;
        this.welcome = welcome;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns the number of the last span that the store has acknowledged. */
    long acknowledged() {
        return acknowledged;
    }

    private void append() {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        while (!stopping) {
            for (int i = 0; i < BURST && welcome.test(acknowledged); i++) {
                span.fill(appender.draft(), writer, acknowledged + 1);
                if (appender.append() == AppendResult.ACCEPTED) {
                    acknowledged++;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
