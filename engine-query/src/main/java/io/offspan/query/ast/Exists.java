package io.offspan.query.ast;

import java.util.Objects;

/** Passes spans that have a field, whatever its value or type. */
public record Exists(Field field) implements Filter {
    public Exists {
        Objects.requireNonNull(field, "field");
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
        return field + (field == Intrinsic.PARENT_ID ? " != \"\"" : " != nil");
    }
}
