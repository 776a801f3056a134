package io.offspan.bench.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One measured figure: what one subject cost by one metric, over all rounds.
 *
 * @param group the part of the benchmark, {@code codec} for example
 * @param subject who was measured, {@code offspan encode} for example
 * @param metric what was measured, {@code cpu} for example
 * @param unit the unit of the numbers
 * @param lessIsBetter whether a smaller number is the better one
 * @param median the middle of all rounds
 * @param best the best of all rounds
 * @param spread the largest less the smallest, as a part of the median
 * @param rounds how often it was measured
 * @param baseline the subject of the same group and metric that {@code ratio} refers to
 * @param ratio {@code median} divided by the baseline's
 * @param verdict {@code better}, {@code worse} or {@code tie} against the baseline; {@code wrong} when the answers are;
 *     {@code not comparable} when the question is another one; {@code NOT RUN} when there is no figure
 * @param expected what the oracle says, where there is something to be right about
 * @param got what the subject answered
 * @param note how it was measured, where that is not plain
 * @param values the figure of each round, in order
 */
@JsonInclude(Include.NON_NULL)
public record Row(
        String group,
        String subject,
        String metric,
        String unit,
        boolean lessIsBetter,
        double median,
        double best,
        double spread,
        int rounds,
        @Nullable String baseline,
        @Nullable Double ratio,
        @Nullable String verdict,
        @Nullable Long expected,
        @Nullable Long got,
        @Nullable String note,
        List<Double> values) {
    public static final String BETTER = "better";
    public static final String WORSE = "worse";
    public static final String TIE = "tie";
    public static final String WRONG = "wrong";
    /** What was answered is another question than that of the others. */
    public static final String NOT_COMPARABLE = "not comparable";
    /** Nothing was measured; the note says why. */
    public static final String NOT_RUN = "NOT RUN";

    /** Makes a row of the figures of its rounds. */
    public static Row of(
            String group, String subject, String metric, String unit, boolean lessIsBetter, List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(group + "/" + subject + "/" + metric + " has no value");
        }
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        double least = sorted.get(0);
        double most = sorted.get(sorted.size() - 1);
        double median = median(sorted);
        double spread = median == 0 ? 0 : (most - least) / median;
        double best = lessIsBetter ? least : most;
        List<Double> kept = List.copyOf(values);
        return new Row(
                group,
                subject,
                metric,
                unit,
                lessIsBetter,
                median,
                best,
                spread,
                kept.size(),
                null,
                null,
                null,
                null,
                null,
                null,
                kept);
    }

    /** Makes a row of a figure that was measured once. */
    public static Row single(
            String group, String subject, String metric, String unit, boolean lessIsBetter, double value) {
        return of(group, subject, metric, unit, lessIsBetter, List.of(value));
    }

    /** Makes a row that says why a subject was not measured. */
    public static Row notRun(String group, String subject, String why) {
        return new Row(group, subject, "", "", true, 0, 0, 0, 0, null, null, NOT_RUN, null, null, why, List.of());
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Returns what identifies the figure from run to run. */
    @JsonIgnore
    public String key() {
        return group + "/" + subject + "/" + metric;
    }

    /** Returns this row with its ratio to a baseline; within {@code noise} of one it is a tie. */
    public Row against(Row other, double noise) {
        if (other.median == 0) {
            return this;
        }
        double times = median / other.median;
        boolean tie = times <= 1 + noise && times >= 1 / (1 + noise);
        String said = tie ? TIE : times < 1 == lessIsBetter ? BETTER : WORSE;
        return with(other.subject, times, WRONG.equals(verdict) ? verdict : said, expected, got, note);
    }

    /** Returns this row with what was to be answered and what was; different numbers make it {@code wrong}. */
    public Row answered(long wanted, long answer) {
        return with(baseline, ratio, wanted == answer ? verdict : WRONG, wanted, answer, note);
    }

    /** Returns this row as one whose answers are wrong. */
    public Row wrong() {
        return with(baseline, ratio, WRONG, expected, got, note);
    }

    /** Returns this row as one whose question is another one, with its answers but without a ratio. */
    public Row notComparable() {
        return with(null, null, NOT_COMPARABLE, expected, got, note);
    }

    /** Tells whether there is a figure. */
    @JsonIgnore
    public boolean measured() {
        return !NOT_RUN.equals(verdict);
    }

    /** Returns this row with a note. */
    public Row noted(String text) {
        return with(baseline, ratio, verdict, expected, got, text);
    }

    private Row with(
            @Nullable String newBaseline,
            @Nullable Double newRatio,
            @Nullable String newVerdict,
            @Nullable Long newExpected,
            @Nullable Long newGot,
            @Nullable String newNote) {
        return new Row(
                group,
                subject,
                metric,
                unit,
                lessIsBetter,
                median,
                best,
                spread,
                rounds,
                newBaseline,
                newRatio,
                newVerdict,
                newExpected,
                newGot,
                newNote,
                values);
    }
}
