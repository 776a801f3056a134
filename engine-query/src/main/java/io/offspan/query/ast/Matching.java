package io.offspan.query.ast;

import java.util.Objects;

/** Chooses the spans of a trace that pass a filter. */
public record Matching(Filter filter) implements Spanset {
    public Matching {
        Objects.requireNonNull(filter, "filter");
    }

    @Override
    public int depth() {
        return filter.depth();
    }

    @Override
    public int nodes() {
        return filter.nodes();
    }

    @Override
    public String toString() {
        return filter instanceof And all && all.filters().isEmpty() ? "{ }" : "{ " + filter + " }";
    }
}
