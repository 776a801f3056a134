package io.offspan.query.ast;

import java.util.List;

/** Passes what its filter does not pass. */
public record Not(Filter filter) implements Filter {
    public Not {
        Tree.check(List.of(filter));
    }

    @Override
    public int depth() {
        return 1 + filter.depth();
    }

    @Override
    public int nodes() {
        return 1 + filter.nodes();
    }

    @Override
    public String toString() {
        return "!(" + filter + ")";
    }
}
