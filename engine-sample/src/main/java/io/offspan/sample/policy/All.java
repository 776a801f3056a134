package io.offspan.sample.policy;

import io.offspan.sample.trace.TraceFacts;
import java.util.List;

/**
 * Says one thing of the traces that each of several policies keeps. They are asked in their order, up to the first that does not.
 *
 * @param verdict what is said: to keep them, or to drop them
 */
record All(List<Policy> policies, Verdict verdict) implements Rule {
    @Override
    public Judge judge() {
        Judge[] judges = policies.stream().map(policy -> policy.rule().judge()).toArray(Judge[]::new);
        return new Judge() {
            @Override
            public Verdict judge(TraceFacts trace, long nanos) {
                return keptByAll(judges, trace, nanos) ? verdict : Verdict.LEAVE;
            }

            @Override
            public long threshold() {
                long highest = 0;
                for (Judge judge : judges) {
                    highest = Math.max(highest, judge.threshold());
                }
                return highest;
            }
        };
    }

    private static boolean keptByAll(Judge[] judges, TraceFacts trace, long nanos) {
        for (Judge judge : judges) {
            Verdict said = judge.judge(trace, nanos);
            if (said == Verdict.LEAVE || said == Verdict.INVERTED_LEAVE) {
                return false;
            }
        }
        return true;
    }
}
