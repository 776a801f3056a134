package io.offspan.sample;

import java.util.List;

/**
 * What policies decided.
 *
 * <p>A trace whose decision was forgotten before another of its spans came counts once more.
 *
 * @param kept traces that are kept, with their spans; spans that came late are not among these
 * @param dropped traces that are not kept, in the same way
 * @param early how many traces were decided before their time, because too many waited
 * @param lateKept how many spans came after their trace was decided, and are kept with it
 * @param lateDropped how many came after it, and are not kept
 * @param policies what each policy said, in their order
 */
public record SamplingTally(
        Amount kept, Amount dropped, long early, long lateKept, long lateDropped, List<OfPolicy> policies) {
    /** Keeps a copy of the list. */
    public SamplingTally {
        policies = List.copyOf(policies);
    }

    /** Traces, and their spans at the time of the decision. */
    public record Amount(long traces, long spans) {}

    /**
     * What a policy said.
     *
     * @param keeps traces that it would keep by itself
     * @param drops traces that it keeps others from keeping
     * @param decided traces that were kept or dropped on its account; the first in order counts where several said so
     */
    public record OfPolicy(String name, String type, Amount keeps, Amount drops, Amount decided) {}
}
