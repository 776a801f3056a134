package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.Objects;

/**
 * Passes spans in which two values stand in a relation, where a {@link Comparison} of a field with a constant does not say it:
 * arithmetic, or field against field. False when the span lacks a field of it, or has types that do not compare.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code TYPE}) when no span could ever pass, or the operator is one of regular
 * expressions.
 */
public record Relation(Expression left, Operator operator, Expression right) implements Filter {
    public Relation {
        Objects.requireNonNull(operator, "operator");
        StaticType one = StaticType.of(left);
        StaticType other = StaticType.of(right);
        if (operator.isPattern()) {
            throw type("Operator " + operator + " between " + left + " and " + right
                    + "; a regular expression is a constant text on the right of a field");
        }
        if (!one.comparesWith(other)) {
            throw type(left + " is a " + one + " and " + right + " a " + other + "; they never compare");
        }
        if (operator.isOrder() && !(one.isOrdered() && other.isOrdered())) {
            throw type("Operator " + operator + " between " + left + " and " + right
                    + ", which have no order; use = or !=");
        }
        Tree.checkSize(1 + Math.max(left.depth(), right.depth()), 1L + left.nodes() + right.nodes());
    }

    /**
     * Returns the simplest filter for a relation: a {@link Comparison} where one side is a field and the other a constant. A
     * constant goes to the right.
     */
    public static Filter of(Expression left, Operator operator, Expression right) {
        if (left instanceof Field field && right instanceof Constant constant) {
            return new Comparison(field, operator, constant.value());
        }
        if (left instanceof Constant && !(right instanceof Constant) && !operator.isPattern()) {
            return of(right, operator.mirrored(), left);
        }
        return new Relation(left, operator, right);
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
        return left + " " + operator + " " + right;
    }

    private static QueryException type(String message) {
        return new QueryException(Reason.TYPE, message);
    }
}
