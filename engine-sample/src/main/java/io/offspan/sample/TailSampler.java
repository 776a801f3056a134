package io.offspan.sample;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.sample.policy.PolicySet;
import io.offspan.sample.policy.SpanAsker;
import io.offspan.sample.ratio.TraceState;
import io.offspan.sample.trace.TraceRing;
import org.jspecify.annotations.Nullable;

/**
 * Decides about whole traces from the spans of a log, block by block.
 *
 * <p>A trace is decided when the log is as much later than the trace's first span as policies say it waits; spans that come after
 * that follow the decision as long as it is remembered. Time is that of the log alone, the arrival of its blocks: the same blocks give the
 * same decisions whenever they are read. Where too many traces wait, the oldest is decided at once, and counted as early.
 *
 * <p>A waiting trace is a row of numbers and one bit for each condition that its spans met; no span is held.
 *
 * <pre>{@code
 * TailSampler sampler = new TailSampler(SamplingPolicies.read(file));
 * sampler.enterBlock(block, arrivalNanos);
 * sampler.take(block.span(i));
 * sampler.end();
 * SamplingTally tally = sampler.tally();
 * }</pre>
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public final class TailSampler {
    /** Hears of each decision, in their order. */
    @FunctionalInterface
    public interface Listener {
        /** Hears that all spans of a trace are kept, or that none is. */
        void decided(long traceIdHigh, long traceIdLow, boolean kept);
    }

    private final long waitNanos;
    private final TraceRing traces;
    private final PolicyPanel panel;
    private final SpanAsker[] askers;
    private final boolean ofRandomness;
    private final @Nullable Listener listener;
    private final Counts kept = new Counts();
    private final Counts dropped = new Counts();
    private long early;
    private long lateKept;
    private long lateDropped;
    private long now;

    public TailSampler(SamplingPolicies policies) {
        this(policies, null);
    }

    public TailSampler(SamplingPolicies policies, @Nullable Listener listener) {
        PolicySet set = policies.set();
        waitNanos = set.decisionWaitNanos();
        traces = new TraceRing(
                set.mostWaiting(), set.mostDecided(), set.conditions().asksRandomness());
        panel = new PolicyPanel(set.policies());
        askers = set.conditions().askers();
        ofRandomness = set.conditions().asksRandomness();
        this.listener = listener;
    }

    /**
     * Says that the spans that follow are of this block, and decides about the traces whose time has come.
     *
     * @param arrivalNanos when it came into the log, in nanoseconds since the epoch; what lies before the last block counts as its time
     */
    public void enterBlock(BlockReader block, long arrivalNanos) {
        now = Math.max(now, arrivalNanos);
        while (traces.first() && now - traces.arrivalNanos() >= waitNanos) {
            decide(traces.arrivalNanos() + waitNanos);
        }
        for (SpanAsker asker : askers) {
            asker.enterBlock(block);
        }
    }

    /** Takes a span of the block. */
    public void take(SpanView span) {
        long high = span.traceIdHigh();
        long low = span.traceIdLow();
        boolean known = traces.find(high, low);
        if (known && traces.isDecided()) {
            if (traces.isKept()) {
                lateKept++;
            } else {
                lateDropped++;
            }
            return;
        }
        // All that may fail on damaged bytes comes before anything is changed.
        long met = met(span, known ? traces.met() : 0);
        long start = span.startNanos();
        long end = span.endNanos();
        long randomness =
                ofRandomness && span.hasTraceState() ? TraceState.randomness(span.traceState()) : TraceState.NONE;
        if (!known) {
            if (traces.isFull()) {
                early++;
                traces.first();
                decide(now);
            }
            traces.add(high, low, now);
        }
        traces.addSpan(start, end, met);
        if (randomness != TraceState.NONE) {
            traces.addRandomness(randomness);
        }
    }

    /** Returns the conditions that a trace meets with this span, those that it met before included. */
    private long met(SpanView span, long before) {
        long met = before;
        for (int i = 0; i < askers.length; i++) {
            if ((met & 1L << i) == 0 && askers[i].meets(span)) {
                met |= 1L << i;
            }
        }
        return met;
    }

    /** Decides about all that still wait, as if their time had come. */
    public void end() {
        while (traces.first()) {
            decide(Math.max(now, traces.arrivalNanos() + waitNanos));
        }
    }

    /** Returns what was decided so far. */
    public SamplingTally tally() {
        return new SamplingTally(kept.amount(), dropped.amount(), early, lateKept, lateDropped, panel.tally());
    }

    /** Decides about the trace that has waited longest. */
    private void decide(long nanos) {
        boolean keep = panel.decide(traces, nanos);
        (keep ? kept : dropped).add(traces.spans());
        if (listener != null) {
            listener.decided(traces.traceIdHigh(), traces.traceIdLow(), keep);
        }
        traces.decide(keep);
    }
}
