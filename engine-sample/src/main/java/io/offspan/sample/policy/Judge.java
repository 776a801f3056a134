package io.offspan.sample.policy;

import io.offspan.sample.trace.TraceFacts;

/** A rule at work: says what it thinks of one trace after another, and may remember what it said. Belongs to one thread. */
@FunctionalInterface
public interface Judge {
    /**
     * Judges a trace.
     *
     * @param nanos when it is decided, in nanoseconds since the epoch, never going back
     */
    Verdict judge(TraceFacts trace, long nanos);

    /** Returns the threshold of randomness by which it has kept the last trace, 0 where that was for another reason. */
    default long threshold() {
        return 0;
    }

    /** Returns the plain verdict for a rule without memory. */
    static Verdict plain(boolean keep) {
        return keep ? Verdict.KEEP : Verdict.LEAVE;
    }
}
