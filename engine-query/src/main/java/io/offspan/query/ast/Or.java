package io.offspan.query.ast;

import java.util.List;

/** Passes what at least one of its filters passes; without any, nothing. */
public record Or(List<Filter> filters) implements Filter {
    public Or {
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
        return filters.isEmpty() ? "false" : Tree.join(filters, " || ");
    }
}
