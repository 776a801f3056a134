package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the spans of a trace when a number that they have together stands in a relation to another. Where one of the two is missing,
 * it does not hold, {@code !=} included. A number that does not depend on the spans stands to the right, and the operator is mirrored.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code TYPE}) when neither depends on the spans, or the operator is one of regular
 * expressions.
 */
public record Aggregation(Figure left, Operator operator, Figure right) implements Stage {
    public Aggregation {
        if (operator.isPattern()) {
            throw new QueryException(
                    Reason.TYPE, "Operator " + operator + " behind " + left + "; compare with a number");
        }
        if (!left.isMeasured() && !right.isMeasured()) {
            throw new QueryException(
                    Reason.TYPE,
                    left + " " + operator + " " + right
                            + " asks nothing of the spans; name an aggregate, as in count() > 5");
        }
        if (!left.isMeasured()) {
            Figure number = left;
            left = right;
            right = number;
            operator = operator.mirrored();
        }
        if (left instanceof Measure measure
                && measure.of() instanceof Intrinsic field
                && right instanceof Figure.Fixed number
                && number.value() instanceof Operand.Whole whole) {
            right = new Figure.Fixed(field.unitOf(whole));
        }
        Tree.checkSize(1 + Math.max(left.depth(), right.depth()), 1L + left.nodes() + right.nodes());
    }

    /** Makes the comparison of one measure with a constant. */
    public static Aggregation of(
            Function function, @Nullable Expression expression, Operator operator, Operand operand) {
        return new Aggregation(new Measure(function, expression), operator, new Figure.Fixed(operand));
    }

    @Override
    public int nodes() {
        return Math.max(1, left.nodes() + right.nodes());
    }

    @Override
    public String toString() {
        return left + " " + operator + " " + right;
    }
}
