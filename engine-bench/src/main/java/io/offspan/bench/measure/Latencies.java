package io.offspan.bench.measure;

import io.offspan.bench.result.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long single operations took, in a histogram of three digits. */
public final class Latencies {
    private static final double NANOS_PER_MICRO = 1e3;

    private final Histogram histogram = new Histogram(TimeUnit.HOURS.toNanos(1), 3);

    /** Adds an operation. */
    public void record(long nanos) {
        histogram.recordValue(Math.max(0, nanos));
    }

    /** Returns the microseconds that so many percent of the operations did not exceed. */
    public double micros(double percent) {
        return histogram.getValueAtPercentile(percent) / NANOS_PER_MICRO;
    }

    /** Returns a row for each percentile, and one for the longest operation. */
    public List<Row> rows(String group, String subject, double... percents) {
        List<Row> rows = new ArrayList<>();
        for (double percent : percents) {
            rows.add(Row.single(group, subject, name(percent), "us", true, micros(percent)));
        }
        rows.add(Row.single(group, subject, "max", "us", true, histogram.getMaxValue() / NANOS_PER_MICRO));
        return rows;
    }

    /** Returns the name of a percentile as a metric: {@code p50}, {@code p99.9}. */
    public static String name(double percent) {
        return percent == Math.rint(percent) ? "p" + (int) percent : "p" + percent;
    }
}
