package io.offspan.query.ast;

/** Makes the groups of a trace one again. */
public record Coalescing() implements Stage {
    @Override
    public int nodes() {
        return 1;
    }

    @Override
    public String toString() {
        return "coalesce()";
    }
}
