package io.offspan.query.ast;

/**
 * A number with the opposite sign.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code TYPE}) when it can never be a number.
 */
public record Negation(Expression of) implements Expression {
    public Negation {
        StaticType.of(of).requireNumber(of, "-");
        Tree.checkSize(1 + of.depth(), 1L + of.nodes());
    }

    @Override
    public int depth() {
        return 1 + of.depth();
    }

    @Override
    public int nodes() {
        return 1 + of.nodes();
    }

    @Override
    public String toString() {
        return "-(" + of + ")";
    }
}
