package io.offspan.sample;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SpanSampler;
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
 * same decisions whenever they are read. Where too many traces wait, or too many spans, the oldest is decided at once, and counted as early.
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
public final class TailSampler implements SpanSampler {
    /** Hears of each decision, in their order. */
    @FunctionalInterface
    public interface Listener {
        /** Hears that all spans of a trace are kept, or that none is. */
        void decided(long traceIdHigh, long traceIdLow, boolean kept);
    }

    /** So many spans may wait for each trace that may. */
    private static final long SPANS_A_TRACE = 16;

    private static final long LEAST_SPANS = 1 << 20;

    private final long waitNanos;
    private final long mostSpans;
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
    private long waitingSpans;
    private long now;
    /** When the last block arrived by the clock of the writer, and by how much that was set back since the first block. */
    private long lastStamp;

    private long setBack;

    public TailSampler(SamplingPolicies policies) {
        this(policies, null);
    }

    public TailSampler(SamplingPolicies policies, @Nullable Listener listener) {
        PolicySet set = policies.set();
        waitNanos = set.decisionWaitNanos();
        mostSpans = Math.max(LEAST_SPANS, SPANS_A_TRACE * set.mostWaiting());
        traces = new TraceRing(
                set.mostWaiting(), set.mostDecided(), set.conditions().asksRandomness());
        panel = new PolicyPanel(set.policies());
        askers = set.conditions().askers();
        ofRandomness = set.conditions().asksRandomness();
        this.listener = listener;
    }

    @Override
    public void enterBlock(BlockReader block, long arrivalNanos) {
        setBack += Math.max(0, lastStamp - arrivalNanos);
        lastStamp = arrivalNanos;
        now = Math.max(now, arrivalNanos + setBack);
        while (traces.first() && now - traces.arrivalNanos() >= waitNanos) {
            decide(traces.arrivalNanos() + waitNanos);
        }
        for (SpanAsker asker : askers) {
            asker.enterBlock(block);
        }
    }

    @Override
    public long take(SpanView span) {
        long high = span.traceIdHigh();
        long low = span.traceIdLow();
        boolean known = traces.find(high, low);
        if (waitingSpans >= mostSpans && !(known && traces.isDecided())) {
            decideEarly();
            known = traces.find(high, low);
        }
        if (known && traces.isDecided()) {
            if (!traces.isKept()) {
                lateDropped++;
                return DROP;
            }
            lateKept++;
            return KEEP - traces.threshold();
        }
        // All that may fail on damaged bytes comes before anything is changed.
        long met = met(span, known ? traces.met() : 0);
        long start = span.startNanos();
        long end = span.endNanos();
        long randomness =
                ofRandomness && span.hasTraceState() ? TraceState.randomness(span.traceState()) : TraceState.NONE;
        if (!known) {
            if (traces.isFull()) {
                decideEarly();
            }
            traces.add(high, low, now);
        }
        traces.addSpan(start, end, met);
        waitingSpans++;
        if (randomness != TraceState.NONE) {
            traces.addRandomness(randomness);
        }
        return traces.number();
    }

    private void decideEarly() {
        early++;
        traces.first();
        decide(now);
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

    @Override
    public long firstWaiting() {
        return traces.firstWaiting();
    }

    @Override
    public long decision(long trace) {
        return traces.isKept(trace) ? KEEP - traces.threshold(trace) : DROP;
    }

    @Override
    public long waitNanos() {
        return waitNanos;
    }

    @Override
    public void end() {
        while (traces.first()) {
            decide(Math.max(now, traces.arrivalNanos() + waitNanos));
        }
    }

    @Override
    public SamplingTally tally() {
        return new SamplingTally(
                kept.amount(), dropped.amount(), traces.waiting(), early, lateKept, lateDropped, panel.tally());
    }

    /** Decides about the trace that has waited longest. */
    private void decide(long nanos) {
        boolean keep = panel.decide(traces, nanos);
        (keep ? kept : dropped).add(traces.spans());
        if (listener != null) {
            listener.decided(traces.traceIdHigh(), traces.traceIdLow(), keep);
        }
        waitingSpans -= traces.spans();
        traces.decide(keep, keep ? panel.threshold() : 0);
    }
}
