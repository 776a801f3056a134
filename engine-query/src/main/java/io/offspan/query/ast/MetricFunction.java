package io.offspan.query.ast;

import java.util.Locale;

/** What a {@link Sampling} says of the spans that start within an interval. */
public enum MetricFunction {
    /** How many there are, by the seconds of the interval. */
    RATE,
    /** How many there are. */
    COUNT_OVER_TIME,
    /** The least number that they have for a field. */
    MIN_OVER_TIME,
    /** The greatest number that they have for a field. */
    MAX_OVER_TIME,
    /** What their numbers for a field add up to. */
    SUM_OVER_TIME,
    /** What their numbers for a field are on average. */
    AVG_OVER_TIME,
    /** The number for a field that a share of them do not exceed, in one series for each share. */
    QUANTILE_OVER_TIME,
    /** How many have a number for a field between two powers of two, in one series for each of these. */
    HISTOGRAM_OVER_TIME;

    /** Tells whether it takes a field. */
    public boolean takesField() {
        return this != RATE && this != COUNT_OVER_TIME;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
