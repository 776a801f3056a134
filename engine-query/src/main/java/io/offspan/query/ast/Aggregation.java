package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the spans of a trace when a number calculated from all of them stands in a relation to another.
 *
 * <p>Only {@link Function#COUNT} has no expression. The others leave out spans that have no value for it.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code TYPE}) when the expression or the operand can never be a number.
 */
public record Aggregation(Function function, @Nullable Expression expression, Operator operator, Operand operand)
        implements Stage {
    public Aggregation {
        Objects.requireNonNull(function, "function");
        if ((function == Function.COUNT) != (expression == null)) {
            throw new QueryException(
                    Reason.TYPE,
                    expression == null
                            ? function + "() of nothing; name a number, as in " + function + "(duration)"
                            : "count() of " + expression + "; it counts spans and takes nothing");
        }
        if (expression != null) {
            StaticType.of(expression).requireNumber(expression, function + "()");
            Tree.checkSize(1 + expression.depth(), 1L + expression.nodes());
        }
        if (operator.isPattern()) {
            throw new QueryException(
                    Reason.TYPE, "Operator " + operator + " behind " + function + "(); compare with a number");
        }
        StaticType.of(operand).requireNumber(operand, operator.symbol());
        if (expression instanceof Intrinsic field && operand instanceof Operand.Whole whole) {
            operand = field.unitOf(whole);
        }
    }

    @Override
    public int nodes() {
        return expression == null ? 1 : 1 + expression.nodes();
    }

    @Override
    public String toString() {
        return function + "(" + (expression == null ? "" : expression) + ") " + operator + " " + operand;
    }
}
