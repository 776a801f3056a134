package io.offspan.query.plan;

/**
 * What people are told of the plan of a leaf.
 *
 * @param access what the index is asked for, {@code all} where every span is visited
 * @param residual what is asked of the spans that are visited, empty for nothing
 * @param exact whether the index knows the answer, so that a count visits no span that is indexed
 * @param termsLooked how many values of keys the index went through for that
 * @param termsUnited how many of them were wanted, and their spans put together
 */
public record PlanText(String access, String residual, boolean exact, long termsLooked, long termsUnited) {}
