package io.offspan.query.ast;

import java.util.List;

/** Passes what every one of its filters passes; without any, everything. */
public record And(List<Filter> filters) implements Filter {
    static final And EVERYTHING = new And(List.of());

    public And {
        filters = List.copyOf(filters);
        Tree.check(filters);
    }

    @Override
    public int depth() {
        return Tree.depth(filters);
    }

    @Override
    public int nodes() {
        return Tree.nodes(filters);
    }

    @Override
    public String toString() {
        return filters.isEmpty() ? "true" : Tree.join(filters, " && ");
    }
}
