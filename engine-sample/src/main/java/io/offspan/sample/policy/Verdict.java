package io.offspan.sample.policy;

/** What a policy says of a trace. */
public enum Verdict {
    /** Drop it, whatever others say. */
    DROP,
    /** Do not keep it, since a span has what none may have; stronger than {@link #KEEP}. */
    INVERTED_LEAVE,
    /** Keep it. */
    KEEP,
    /** Keep it, since no span has what none may have; weaker than {@link #LEAVE}. */
    INVERTED_KEEP,
    /** Nothing in favour of it. */
    LEAVE;

    /** Tells whether the policy by itself would keep the trace. */
    public boolean keeps() {
        return this == KEEP || this == INVERTED_KEEP;
    }

    /** Tells whether the policy by itself keeps others from keeping the trace. */
    public boolean drops() {
        return this == DROP || this == INVERTED_LEAVE;
    }
}
