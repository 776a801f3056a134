package io.offspan.bench.peer;

/**
 * What a store found for a question.
 *
 * @param spans how many
 * @param idSum the sum of their span ids; 0 for a count
 */
public record Finding(long spans, long idSum) {}
