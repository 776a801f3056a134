package io.offspan.sample;

import io.offspan.export.sampling.SamplingTally.OfPolicy;
import io.offspan.sample.policy.Judge;
import io.offspan.sample.policy.Policy;
import io.offspan.sample.policy.Verdict;
import io.offspan.sample.trace.TraceFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All policies together: each is asked about each trace, and the strongest verdict counts, as {@link Verdict} orders them.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class PolicyPanel {
    private static final int NOBODY = -1;

    private final List<Policy> policies;
    private final Judge[] judges;
    private final Counts[] keeps;
    private final Counts[] drops;
    private final Counts[] keptBy;
    private final Counts[] droppedBy;
    /** Which policy was the first to say each verdict about the trace at hand. */
    private final int[] first = new int[Verdict.values().length];

    private long threshold;

    PolicyPanel(List<Policy> policies) {
        this.policies = policies;
        judges = policies.stream().map(policy -> policy.rule().judge()).toArray(Judge[]::new);
        keeps = counts(judges.length);
        drops = counts(judges.length);
        keptBy = counts(judges.length);
        droppedBy = counts(judges.length);
    }

    private static Counts[] counts(int length) {
        Counts[] counts = new Counts[length];
        Arrays.setAll(counts, index -> new Counts());
        return counts;
    }

    /** Decides whether a trace is kept, and counts what each policy said. */
    boolean decide(TraceFacts trace, long nanos) {
        Arrays.fill(first, NOBODY);
        long spans = trace.spans();
        threshold = Long.MAX_VALUE;
        for (int i = 0; i < judges.length; i++) {
            Verdict said = judges[i].judge(trace, nanos);
            if (first[said.ordinal()] == NOBODY) {
                first[said.ordinal()] = i;
            }
            if (said.keeps()) {
                keeps[i].add(spans);
                threshold = Math.min(threshold, said == Verdict.KEEP ? judges[i].threshold() : 0);
            } else if (said.drops()) {
                drops[i].add(spans);
            }
        }
        Verdict verdict = strongest();
        boolean keep =
                verdict == Verdict.KEEP || verdict == Verdict.INVERTED_KEEP && first[Verdict.LEAVE.ordinal()] == NOBODY;
        if (keep) {
            keptBy[first[verdict.ordinal()]].add(spans);
        } else if (verdict.drops()) {
            droppedBy[first[verdict.ordinal()]].add(spans);
        }
        return keep;
    }

    /** Returns the threshold of randomness by which the last trace was kept, the lowest of all that kept it; 0 where one kept it for another reason. */
    long threshold() {
        return threshold;
    }

    private Verdict strongest() {
        for (Verdict verdict : Verdict.values()) {
            if (first[verdict.ordinal()] != NOBODY) {
                return verdict;
            }
        }
        throw new AssertionError("There is no policy, which their reader refuses");
    }

    List<OfPolicy> tally() {
        List<OfPolicy> all = new ArrayList<>();
        for (int i = 0; i < judges.length; i++) {
            Policy policy = policies.get(i);
            all.add(new OfPolicy(
                    policy.name(),
                    policy.type(),
                    keeps[i].amount(),
                    drops[i].amount(),
                    keptBy[i].amount(),
                    droppedBy[i].amount()));
        }
        return all;
    }
}
