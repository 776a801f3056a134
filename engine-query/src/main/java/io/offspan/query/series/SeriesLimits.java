package io.offspan.query.series;

import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import java.time.Duration;

/**
 * How much a question for numbers over time may keep in memory at once, and how long it may take. Beyond the memory it is refused, and beyond the
 * time it has no series, since part of an answer would be wrong.
 *
 * @param series series that spans are counted for; attributes that are compared, and values of each
 * @param samples numbers in all series, one for each interval; a value that is compared takes as much as 24 of them
 * @param values numbers of spans that are kept at once for exact quantiles; where there are more, spans are looked at several times
 * @param time how long it may take, {@link #NO_END} for as long as it takes
 */
public record SeriesLimits(int series, int samples, int values, Duration time) {
    /** As long as it takes. */
    public static final Duration NO_END = Duration.ofNanos(Long.MAX_VALUE);

    /** Up to about 50 MB, for as long as it takes. */
    public static final SeriesLimits DEFAULT = new SeriesLimits(10_000, 2_097_152, 2_097_152);

    public SeriesLimits {
        if (time.isNegative() || time.isZero()) {
            throw new QueryException(Reason.LIMIT, "A time of " + time + " for a question; it has to be longer than 0");
        }
    }

    /** Limits memory and not time. */
    public SeriesLimits(int series, int samples, int values) {
        this(series, samples, values, NO_END);
    }

    /** Returns the same limits of memory with another time. */
    public SeriesLimits within(Duration longest) {
        return new SeriesLimits(series, samples, values, longest);
    }

    QueryException tooManySeries() {
        return limit("more than " + series + " series (SeriesLimits.series)", "group by fields with fewer values");
    }

    QueryException tooManySamples() {
        return limit(
                "more than " + samples + " numbers in its series (SeriesLimits.samples)",
                "make the step longer, or group by fields with fewer values");
    }

    QueryException tooManyFields() {
        return limit(
                "a comparison of more than " + series + " attributes (SeriesLimits.series)",
                "narrow the time or the filter");
    }

    QueryException tooManyCompared() {
        return limit(
                "a comparison of more values than fit into " + samples + " numbers (SeriesLimits.samples)",
                "narrow the time or the filter");
    }

    private static QueryException limit(String what, String advice) {
        return new QueryException(Reason.LIMIT, "The question asks for " + what + "; " + advice);
    }
}
