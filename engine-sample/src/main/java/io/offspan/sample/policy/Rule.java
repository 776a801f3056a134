package io.offspan.sample.policy;

/** What a policy asks, as it was written; immutable. */
@FunctionalInterface
public interface Rule {
    /** Makes a judge that has said nothing yet. */
    Judge judge();
}
