package io.offspan.query.series;

/**
 * A number of a series.
 *
 * @param millis where its interval ends, since the epoch
 */
public record Sample(long millis, double value) {}
