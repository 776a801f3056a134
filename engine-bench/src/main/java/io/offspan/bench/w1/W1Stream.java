package io.offspan.bench.w1;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The spans of the workload in the order in which they end, however many, of which only a few thousand are held at a time.
 *
 * <p>A span can be handed out once no later one can end before it. Traces begin one after the other and no span starts before its
 * trace or ends with its start, so whatever ended before the trace that was made last began is final.
 *
 * <p><b>Threads.</b> One.
 */
public final class W1Stream {
    /** Spans of a batch, and so of a request. */
    public static final int BATCH_SPANS = 512;

    private final W1Generator generator;
    private final PriorityQueue<W1Span> open = new PriorityQueue<>(W1Span.BY_END);
    private final long count;
    private long made;
    private long handedOut;
    private long traces;
    private int largestTrace;
    private long latestTraceNanos = Long.MIN_VALUE;

    /** Makes a stream of exactly {@code count} spans; the last trace is cut. */
    public W1Stream(long seed, long count) {
        generator = new W1Generator(seed);
        this.count = count;
    }

    /** Returns the next span, or null behind the last. */
    public @Nullable W1Span next() {
        while (made < count && (open.isEmpty() || open.element().endNanos() > latestTraceNanos)) {
            List<W1Span> trace = generator.trace(count - made);
            made += trace.size();
            traces++;
            largestTrace = Math.max(largestTrace, trace.size());
            latestTraceNanos = trace.get(0).startNanos();
            open.addAll(trace);
        }
        W1Span span = open.poll();
        handedOut += span == null ? 0 : 1;
        return span;
    }

    /** Returns the next batch, which the last one does not fill, or an empty one behind the last. */
    public List<W1Span> nextBatch() {
        List<W1Span> batch = new ArrayList<>(BATCH_SPANS);
        while (batch.size() < BATCH_SPANS) {
            W1Span span = next();
            if (span == null) {
                break;
            }
            batch.add(span);
        }
        return batch;
    }

    /** Returns the next batches as OTLP requests, at most {@code spans} spans rounded up to whole batches. */
    public List<byte[]> nextRequests(long spans) {
        List<byte[]> requests = new ArrayList<>();
        for (long taken = 0; taken < spans; taken += BATCH_SPANS) {
            List<W1Span> batch = nextBatch();
            if (batch.isEmpty()) {
                break;
            }
            requests.add(W1Messages.request(batch));
        }
        return requests;
    }

    /** Returns how many spans were handed out so far. */
    public long handedOut() {
        return handedOut;
    }

    /** Returns how many traces were made so far. */
    public long traces() {
        return traces;
    }

    /** Returns the most spans of a trace so far. */
    public int largestTrace() {
        return largestTrace;
    }
}
