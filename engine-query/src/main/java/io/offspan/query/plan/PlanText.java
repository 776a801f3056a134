package io.offspan.query.plan;

/**
 * What people are told of the plan of a leaf.
 *
 * @param access what the index is asked for, {@code all} where every span is visited
 * @param residual what is asked of the spans that are visited, empty for nothing
 * @param exact whether the index knows the answer, so that a count visits no span that is indexed
 */
public record PlanText(String access, String residual, boolean exact) {}
