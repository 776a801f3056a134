package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.Objects;

/**
 * Which values of their attributes set the spans that pass a filter, the selection, apart from the others that a pipeline leaves, the
 * baseline: how many spans of each side have which value of which attribute, interval by interval.
 *
 * <p><b>Fails</b> with {@link QueryException}: {@code SYNTAX} when the pipeline selects fields, which a metric has no use for; {@code LIMIT}
 * for a number of values that is not from 1 to {@value #MAX_VALUES}, and for times that do not follow each other or lie before 1970.
 *
 * @param values how many values of each attribute are told of each side, those that most spans have
 * @param fromNanos spans of the selection start after this, since the epoch; {@link #ANY_TIME} for no such bound
 * @param toNanos spans of the selection start at this at the latest; {@link #ANY_TIME} for no such bound
 */
public record Contrast(Pipeline spans, Filter selection, int values, long fromNanos, long toNanos) implements Metric {
    /** How many values of an attribute are told unless a question says it. */
    public static final int USUAL_VALUES = 10;
    /** How many values of an attribute are told at most. */
    public static final int MAX_VALUES = 1_000;
    /** No bound in time. */
    public static final long ANY_TIME = -1;

    public Contrast {
        Objects.requireNonNull(spans, "spans");
        Objects.requireNonNull(selection, "selection");
        if (values < 1 || values > MAX_VALUES) {
            throw new QueryException(
                    Reason.LIMIT, "compare() of " + values + " values; allowed are 1 to " + MAX_VALUES);
        }
        boolean untimed = fromNanos == ANY_TIME && toNanos == ANY_TIME;
        if (!untimed && (fromNanos < 0 || toNanos <= fromNanos)) {
            throw new QueryException(
                    Reason.LIMIT,
                    "compare() from " + fromNanos + " to " + toNanos
                            + "; name two times in nanoseconds since 1970, of which the second is the later one");
        }
        Tree.checkInnerStages(spans.stages());
        Tree.checkSize(2 + selection.depth(), Tree.nodesOfStages(spans.stages()) + 2 + selection.nodes());
    }

    /** Tells whether the selection is bounded in time. */
    public boolean isTimed() {
        return toNanos != ANY_TIME;
    }

    @Override
    public int depth() {
        return 2 + selection.depth();
    }

    @Override
    public int nodes() {
        return (int) Math.min(Tree.nodesOfStages(spans.stages()) + 2 + selection.nodes(), Integer.MAX_VALUE);
    }

    @Override
    public String toString() {
        String more = isTimed() || values != USUAL_VALUES ? ", " + values : "";
        String times = isTimed() ? ", " + fromNanos + ", " + toNanos : "";
        return spans + " | compare(" + new Matching(selection) + more + times + ")";
    }
}
