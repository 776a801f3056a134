package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a function says of the spans that a pipeline leaves, interval by interval, in one series for all spans or in one for each group of
 * those that have the same values.
 *
 * <p><b>Fails</b> with {@link QueryException}: {@code SYNTAX} when the pipeline selects fields, which a metric has no use for, {@code TYPE}
 * when the function does not take the field, {@code LIMIT} for more than
 * {@value #MAX_LABELS} fields to group by, for quantiles that are not from 0 to 1, and for none or more than {@value #MAX_QUANTILES}.
 *
 * @param of what the function takes, null for one that counts spans
 * @param quantiles for {@link MetricFunction#QUANTILE_OVER_TIME}, empty for others
 * @param by what spans of one series have in common, empty for one series
 */
public record Sampling(
        Pipeline spans, MetricFunction function, @Nullable Field of, List<Double> quantiles, List<Field> by)
        implements Metric {
    /** How many fields spans are grouped by at most. */
    public static final int MAX_LABELS = 5;
    /** How many quantiles are asked for at once at most. */
    public static final int MAX_QUANTILES = 16;

    public Sampling {
        Objects.requireNonNull(spans, "spans");
        // Without the sign of zero, which a text could not tell.
        quantiles = quantiles.stream().map(quantile -> quantile + 0.0).toList();
        by = List.copyOf(by);
        if (function.takesField() != (of != null)) {
            throw new QueryException(
                    Reason.TYPE,
                    of == null
                            ? function + "() of nothing; name a number, as in " + function + "(duration)"
                            : function + "() of " + of + "; it counts spans and takes nothing");
        }
        if (of != null) {
            StaticType.of(of).requireNumber(of, function + "()");
        }
        if (by.size() > MAX_LABELS) {
            throw limit(
                    "Spans of a metric by " + by.size() + " fields; allowed are " + MAX_LABELS + ", leave some out");
        }
        if (new java.util.HashSet<>(by).size() < by.size()) {
            throw limit("A field stands twice in " + list("by(", by) + "; leave it out once");
        }
        checkQuantiles(function, quantiles);
        Tree.checkInnerStages(spans.stages());
        Tree.checkSize(2, Tree.nodesOfStages(spans.stages()) + 2 + by.size());
    }

    private static void checkQuantiles(MetricFunction function, List<Double> quantiles) {
        int least = function == MetricFunction.QUANTILE_OVER_TIME ? 1 : 0;
        int most = least * MAX_QUANTILES;
        if (quantiles.size() < least || quantiles.size() > most) {
            throw limit(function + "() with " + quantiles.size() + " quantiles; allowed are " + least + " to " + most
                    + ", as in quantile_over_time(duration, .5, .99)");
        }
        for (double quantile : quantiles) {
            if (!(quantile >= 0 && quantile <= 1)) {
                throw limit("Quantile " + quantile + "; allowed are 0 to 1, as .99 for what 99 of 100 do not exceed");
            }
        }
    }

    private static QueryException limit(String message) {
        return new QueryException(Reason.LIMIT, message);
    }

    @Override
    public int depth() {
        return 2;
    }

    @Override
    public int nodes() {
        return (int) Math.min(Tree.nodesOfStages(spans.stages()) + 2 + by.size(), Integer.MAX_VALUE);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(spans + " | " + function + "(");
        text.append(of == null ? "" : of);
        quantiles.forEach(quantile -> text.append(", ").append(quantile));
        return text.append(")").append(by.isEmpty() ? "" : list(" by(", by)).toString();
    }

    private static String list(String opening, List<Field> fields) {
        return fields.stream().map(Field::toString).collect(Collectors.joining(", ", opening, ")"));
    }
}
