package io.offspan.query.ast;

import java.util.List;

/** Chooses what any of several choices chooses, in traces where each of them chooses something. */
public record Both(List<Spanset> parts) implements Spanset {
    public Both {
        parts = List.copyOf(parts);
        Tree.checkSpansets(parts, "&&");
    }

    /** Joins two choices. */
    public Both(Spanset left, Spanset right) {
        this(List.of(left, right));
    }

    @Override
    public int depth() {
        return Tree.depthOfSpansets(parts);
    }

    @Override
    public int nodes() {
        return Tree.nodesOfSpansets(parts);
    }

    @Override
    public String toString() {
        return Tree.joinSpansets(parts, " && ");
    }
}
