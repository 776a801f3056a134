package io.offspan.query.ast;

import java.util.Objects;

/** A value that is the same for every span. */
public record Constant(Operand value) implements Expression {
    public Constant {
        Objects.requireNonNull(value, "value");
    }

    @Override
    public int depth() {
        return 1;
    }

    @Override
    public int nodes() {
        return 1;
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
