package io.offspan.sample;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SamplingTally.Amount;
import io.offspan.export.sampling.SamplingTally.OfPolicy;
import io.offspan.export.sampling.SpanSampler;
import io.offspan.sample.policy.HeadRatio;
import io.offspan.sample.ratio.Threshold;
import io.offspan.sample.ratio.TraceState;
import java.util.List;

/**
 * Decides about each span at once by the randomness of its trace, so that all of a trace are kept, or none, and nothing waits.
 *
 * <p>It counts spans and no traces, of which it remembers none. <b>Threads.</b> Belongs to one thread.
 */
final class HeadSampler implements SpanSampler {
    private static final int SAMPLED = 1;
    private static final Amount NOTHING = new Amount(0, 0);

    private final HeadRatio head;
    private long kept;
    private long dropped;
    private long notSampled;

    HeadSampler(HeadRatio head) {
        this.head = head;
    }

    @Override
    public void enterBlock(BlockReader block, long arrivalNanos) {
        // Spans come with all that is asked.
    }

    @Override
    public long take(SpanView span) {
        if (head.parentBased() && (span.flags() & SAMPLED) == 0) {
            notSampled++;
            return DROP;
        }
        long named = span.hasTraceState() ? TraceState.randomness(span.traceState()) : TraceState.NONE;
        long randomness = named == TraceState.NONE ? Threshold.randomness(span.traceIdLow()) : named;
        if (randomness < head.threshold()) {
            dropped++;
            return DROP;
        }
        kept++;
        return KEEP - head.threshold();
    }

    @Override
    public long firstWaiting() {
        return 0;
    }

    @Override
    public long decision(long trace) {
        throw new IllegalArgumentException("Trace " + trace + " of a sampler for which none waits");
    }

    @Override
    public long waitNanos() {
        return 0;
    }

    @Override
    public void end() {
        // Nothing waits.
    }

    @Override
    public SamplingTally tally() {
        Amount keeps = new Amount(0, kept);
        Amount drops = new Amount(0, dropped);
        Amount unsampled = new Amount(0, notSampled);
        List<OfPolicy> policies = head.parentBased()
                ? List.of(
                        new OfPolicy("probability", "ratio", keeps, drops, keeps, drops),
                        new OfPolicy("parent_based", "trace_flags", NOTHING, unsampled, NOTHING, unsampled))
                : List.of(new OfPolicy("probability", "ratio", keeps, drops, keeps, drops));
        return new SamplingTally(keeps, new Amount(0, dropped + notSampled), 0, 0, 0, 0, policies);
    }
}
