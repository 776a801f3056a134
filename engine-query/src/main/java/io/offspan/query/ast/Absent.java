package io.offspan.query.ast;

import java.util.Objects;

/** Passes spans that do not have a field. TraceQL writes {@code span:parentID = ""} for those without a parent. */
public record Absent(Field field) implements Filter {
    public Absent {
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
        return field + (field == Intrinsic.PARENT_ID ? " = \"\"" : " = nil");
    }
}
