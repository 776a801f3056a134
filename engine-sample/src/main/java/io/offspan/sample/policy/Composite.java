package io.offspan.sample.policy;

import io.offspan.sample.trace.TraceFacts;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps so many spans a second, a part of them for each of several policies. The first that keeps a trace decides about it, and
 * leaves it when its part of this second is used up.
 *
 * @param mostSpans how many spans in a second
 */
record Composite(long mostSpans, List<Part> parts) implements Rule {
    /** A policy and how many spans of a second are its own. */
    record Part(Policy policy, long spans) {}

    @Override
    public Judge judge() {
        return new Parts(mostSpans, parts);
    }

    private static final class Parts implements Judge {
        private final long most;
        private final Judge[] judges;
        private final long[] allowed;
        private final long[] used;
        private long second = Long.MIN_VALUE;

        Parts(long most, List<Part> parts) {
            this.most = most;
            judges = parts.stream().map(part -> part.policy().rule().judge()).toArray(Judge[]::new);
            allowed = parts.stream().mapToLong(Part::spans).toArray();
            used = new long[allowed.length];
        }

        @Override
        public Verdict judge(TraceFacts trace, long nanos) {
            long now = TimeUnit.NANOSECONDS.toSeconds(nanos);
            if (now != second) {
                second = now;
                Arrays.fill(used, 0);
            }
            for (int i = 0; i < judges.length; i++) {
                if (judges[i].judge(trace, nanos).keeps()) {
                    long sum = used[i] + trace.spans();
                    if (sum > allowed[i] || sum > most) {
                        return Verdict.LEAVE;
                    }
                    used[i] = sum;
                    return Verdict.KEEP;
                }
            }
            return Verdict.LEAVE;
        }
    }
}
