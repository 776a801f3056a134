package io.offspan.export.sampling;

import java.util.ArrayList;
import java.util.List;

/**
 * What policies decided.
 *
 * <p>A trace whose decision was forgotten before another of its spans came counts once more.
 *
 * @param kept traces that are kept, with their spans; spans that came late are not among these
 * @param dropped traces that are not kept, in the same way
 * @param waiting how many traces wait for their decision now
 * @param early how many traces were decided before their time, because too many traces or spans waited
 * @param lateKept how many spans came after their trace was decided, and are kept with it
 * @param lateDropped how many came after it, and are not kept
 * @param policies what each policy said, in their order
 */
public record SamplingTally(
        Amount kept,
        Amount dropped,
        long waiting,
        long early,
        long lateKept,
        long lateDropped,
        List<OfPolicy> policies) {
    /** Keeps a copy of the list. */
    public SamplingTally {
        policies = List.copyOf(policies);
    }

    /** Traces, and their spans at the time of the decision. */
    public record Amount(long traces, long spans) {
        /** Returns both together. */
        public Amount and(Amount other) {
            return new Amount(traces + other.traces, spans + other.spans);
        }

        Amount since(Amount before) {
            return new Amount(traces - before.traces, spans - before.spans);
        }
    }

    /**
     * What a policy said.
     *
     * @param keeps traces that it would keep by itself
     * @param drops traces that it keeps others from keeping
     * @param keptBy traces that were kept on its account; the first in order counts where several said so
     * @param droppedBy traces that were dropped on its account, in the same way
     */
    public record OfPolicy(String name, String type, Amount keeps, Amount drops, Amount keptBy, Amount droppedBy) {
        OfPolicy since(OfPolicy before) {
            return new OfPolicy(
                    name,
                    type,
                    keeps.since(before.keeps),
                    drops.since(before.drops),
                    keptBy.since(before.keptBy),
                    droppedBy.since(before.droppedBy));
        }

        /** Returns how many traces were decided on its account. */
        public long decides() {
            return keptBy.traces + droppedBy.traces;
        }
    }

    /** Returns how many traces were dropped because no policy was in favour of them. */
    public long unclaimed() {
        return dropped.traces
                - policies.stream().mapToLong(each -> each.droppedBy.traces).sum();
    }

    /** Returns what was decided since the same policies had decided that. */
    public SamplingTally since(SamplingTally before) {
        List<OfPolicy> each = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            each.add(policies.get(i).since(before.policies.get(i)));
        }
        return new SamplingTally(
                kept.since(before.kept),
                dropped.since(before.dropped),
                waiting,
                early - before.early,
                lateKept - before.lateKept,
                lateDropped - before.lateDropped,
                each);
    }
}
