package io.offspan.query.ast;

import java.util.Objects;

/**
 * A number calculated from two.
 *
 * <p><b>Fails</b> with {@link QueryException}: {@code TYPE} when one of the two can never be a number, {@code ARITHMETIC} when
 * the divisor is a constant zero.
 */
public record Arithmetic(Expression left, Operation operation, Expression right) implements Expression {
    public Arithmetic {
        Objects.requireNonNull(operation, "operation");
        StaticType.of(left).requireNumber(left, operation.symbol());
        StaticType.of(right).requireNumber(right, operation.symbol());
        if (right instanceof Constant divisor) {
            operation.checkDivisor(left, divisor.value());
        }
        Tree.checkSize(1 + Math.max(left.depth(), right.depth()), 1L + left.nodes() + right.nodes());
    }

    @Override
    public int depth() {
        return 1 + Math.max(left.depth(), right.depth());
    }

    @Override
    public int nodes() {
        return 1 + left.nodes() + right.nodes();
    }

    @Override
    public String toString() {
        return grouped(left) + " " + operation + " " + grouped(right);
    }

    /** Not every reader knows whether a sign or a power comes first. */
    private String grouped(Expression side) {
        String text = side.toString();
        boolean signed = operation == Operation.POWER && text.startsWith("-");
        return side instanceof Arithmetic || signed ? "(" + text + ")" : text;
    }
}
