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
    /** Counts without a call, for want of stack; two threads at once may count one. */
    private volatile long uncounted;

    SpanRecorder(SpanSink sink) {
        this.sink = sink;
        // Loads the classes of the mapper here, and not for the first time in a thread with no stack left.
        mappers.give(new SpanDataMapper());
    }

    /** Stores a span and tells whether that was done. */
    boolean record(SpanData span) {
        try {
            SpanDataMapper mapper = mappers.take();
            long result = sink.append(mapper.map(span));
            // Not after a failure: who knows in which state it left the mapper.
            mappers.give(mapper);
            (result > 0 ? stored : refused).increment();
            return result > 0;
        } catch (RuntimeException | Error unfitSpan) {
            return failed();
        }
    }

    /** Counts a span that could not even be asked for its content. */
    boolean failed() {
        try {
            unfit.increment();
        } catch (StackOverflowError | OutOfMemoryError tight) {
            uncounted = uncounted + 1;
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
