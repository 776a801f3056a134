package io.offspan.it.export;

import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Appends spans of traces that overlap, a few spans each, of which some come long after the others, until it is stopped.
 *
 * <p><b>Threads.</b> Its own.
 */
final class TraceWriter {
    private static final int SPANS_OF_A_TRACE = 8;
    private static final int BURST = 3;
    private static final long PAUSE_NANOS = 2_000_000;
    /** Spans of so many traces are on their way together. */
    private static final int OVERLAP = 40;
    /** Later than the decision: so many traces take half a second or more. */
    private static final int LATE = 120;

    private final SpanStore store;
    private final SplittableRandom random;
    private final Thread thread = new Thread(this::append, "trace-writer");
    private volatile boolean stopping;

    TraceWriter(SpanStore store, SplittableRandom random) {
        this.store = store;
        this.random = random;
        thread.setDaemon(true);
    }

    /** Returns the lower half of the id of the trace that a span belongs to. */
    static long trace(long spanId) {
        return (spanId / SPANS_OF_A_TRACE + 1) * 0x9e3779b97f4a7c15L;
    }

    void start() {
        thread.start();
    }

    private void append() {
        SpanDraft draft = new SpanDraft();
        for (long number = 0; !stopping; number++) {
            // The spans of a trace are spread over those of its neighbours; the last one comes late now and then.
            long round = number / (OVERLAP * (SPANS_OF_A_TRACE - 1));
            int within = (int) (number % (OVERLAP * (SPANS_OF_A_TRACE - 1)));
            append(draft, round * OVERLAP + within % OVERLAP, within / OVERLAP);
            long old = round * OVERLAP + within % OVERLAP - LATE;
            if (old >= 0 && within < OVERLAP && random.nextInt(3) == 0) {
                append(draft, old, SPANS_OF_A_TRACE - 1);
            }
            if (number % BURST == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void append(SpanDraft draft, long trace, int span) {
        long id = trace * SPANS_OF_A_TRACE + span + 1;
        draft.clear()
                .ids(0x1616, trace(id - 1), id)
                .times(1_000_000 + id, 1_000_500 + id)
                .name(random.nextInt(60) == 0 ? "health" : "work")
                .attribute("number", id);
        if (random.nextInt(40) == 0) {
            draft.status(SpanStatus.ERROR);
        }
        while (store.append(draft) != AppendResult.ACCEPTED) {
            Thread.onSpinWait();
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
