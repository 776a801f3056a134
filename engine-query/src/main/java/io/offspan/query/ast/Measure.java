package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a function says of the spans of a trace.
 *
 * <p>Only {@link Function#COUNT} has no expression. The others leave out spans that have no value for it.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code TYPE}) when the expression can never be a number.
 */
public record Measure(Function function, @Nullable Expression of) implements Figure {
    public Measure {
        Objects.requireNonNull(function, "function");
        if ((function == Function.COUNT) != (of == null)) {
            throw new QueryException(
                    Reason.TYPE,
                    of == null
                            ? function + "() of nothing; name a number, as in " + function + "(duration)"
                            : "count() of " + of + "; it counts spans and takes nothing");
        }
        if (of != null) {
            StaticType.of(of).requireNumber(of, function + "()");
            Tree.checkSize(1 + of.depth(), 1L + of.nodes());
        }
    }

    /** Tells whether it is a length of time, with which nothing is calculated as with integers. */
    public boolean isDuration() {
        return of != null && isDuration(of);
    }

    private static boolean isDuration(Expression expression) {
        if (expression instanceof Arithmetic sum) {
            return isDuration(sum.left()) || isDuration(sum.right());
        }
        if (expression instanceof Negation negation) {
            return isDuration(negation.of());
        }
        if (expression instanceof Constant constant) {
            return constant.value() instanceof Operand.Whole whole && whole.duration();
        }
        return expression instanceof Intrinsic field && field.isDuration();
    }

    @Override
    public int depth() {
        return of == null ? 1 : 1 + of.depth();
    }

    @Override
    public int nodes() {
        return of == null ? 1 : 1 + of.nodes();
    }

    @Override
    public String toString() {
        return function + "(" + (of == null ? "" : of) + ")";
    }
}
