package io.offspan.otel;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands spans of the SDK to a sink, and keeps whatever goes wrong on the way from the host.
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> drafts, not the sink.
 *
 * <p><b>Fails</b> never: neither an exception nor an error of ours reaches the caller, whose span is then counted.
 */
final class SpanRecorder {
    private final SpanSink sink;
    private final MapperPool mappers = new MapperPool();
    private final LongAdder stored = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unfit = new LongAdder();
    private final UnfitNotices notices = new UnfitNotices(System::nanoTime, this::unfit);
    private final boolean linked = SdkLink.problem() == null;
    /** Counts without a call, for want of stack; two threads at once may count one. */
    private volatile long uncounted;

    SpanRecorder(SpanSink sink) {
        this.sink = sink;
        // Loads the classes of the mapper here, and not for the first time in a thread with no stack left.
        if (linked) {
            mappers.give(new SpanDataMapper());
        }
    }

    /** Stores a span and tells whether that was done. */
    boolean record(SpanData span) {
        if (!linked) {
            unfit.increment();
            return false;
        }
        try {
            SpanDataMapper mapper = mappers.take();
            long result = sink.append(mapper.map(span));
            // Not after a failure: who knows in which state it left the mapper.
            mappers.give(mapper);
            (result > 0 ? stored : refused).increment();
            notices.catchUp();
            return result > 0;
        } catch (RuntimeException | Error cause) {
            return failed(cause);
        }
    }

    /** Counts a span that could not even be asked for its content. */
    boolean failed(Throwable cause) {
        try {
            unfit.increment();
        } catch (StackOverflowError | OutOfMemoryError tight) {
            uncounted = uncounted + 1;
        }
        try {
            notices.unfit(cause);
        } catch (RuntimeException | Error unsaid) {
            // It is counted; whoever handles the host's log records has failed, or there is no stack for a line.
        }
        return false;
    }

    /** Returns how many spans the sink has acknowledged. */
    long stored() {
        return stored.sum();
    }

    /** Returns how many spans the sink has refused, which has counted each under its reason. */
    long refused() {
        return refused.sum();
    }

    /** Returns how many spans did not reach the sink, because they have no place in a store, or memory or stack ran out. */
    long unfit() {
        return unfit.sum() + uncounted;
    }
}
