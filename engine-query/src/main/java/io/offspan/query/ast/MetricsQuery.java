package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A question for numbers over time: a metric, and how it is answered.
 *
 * <p>{@link Object#toString} gives one canonical text of TraceQL, which reads back as an equal question wherever TraceQL can say its
 * filters.
 *
 * <p><b>Fails</b> with {@link QueryException} for a number alone, and ({@code LIMIT}) for more than {@value #MAX_EXEMPLARS} exemplars.
 *
 * @param exemplars how many spans each series names as examples at most
 */
public record MetricsQuery(Metric metric, int exemplars, QuantileRule quantiles) implements Question {
    /** How many examples a series has at most. */
    public static final int MAX_EXEMPLARS = 100;

    /** How a quantile is found. */
    public enum QuantileRule {
        /** It is the number of one of the spans. */
        EXACT,
        /** It is calculated from how many numbers there are between powers of two, as Grafana Tempo does. */
        LOG2
    }

    public MetricsQuery {
        Objects.requireNonNull(quantiles, "quantiles");
        if (metric instanceof Metric.Fixed) {
            throw new QueryException(Reason.TYPE, metric + " is no series; name a metric, as in { } | rate()");
        }
        if (exemplars < 0 || exemplars > MAX_EXEMPLARS) {
            throw new QueryException(
                    Reason.LIMIT, exemplars + " exemplars of a series; allowed are 0 to " + MAX_EXEMPLARS);
        }
    }

    /** Asks for a metric without exemplars and with exact quantiles. */
    public static MetricsQuery of(Metric metric) {
        return new MetricsQuery(metric, 0, QuantileRule.EXACT);
    }

    @Override
    public String toString() {
        List<String> hints = new ArrayList<>();
        if (exemplars > 0) {
            hints.add("exemplars=" + exemplars);
        }
        if (quantiles == QuantileRule.LOG2) {
            hints.add("quantile=\"log2\"");
        }
        return hints.isEmpty() ? metric.toString() : metric + " with (" + String.join(", ", hints) + ")";
    }
}
