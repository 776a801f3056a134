package io.offspan.query.ast;

/** Chooses what either of two choices chooses, in traces where both choose something. */
public record Both(Spanset left, Spanset right) implements Spanset {
    public Both {
        Tree.checkSize(1 + Math.max(left.depth(), right.depth()), 1L + left.nodes() + right.nodes());
    }

    @Override
    public int depth() {
        return 1 + Math.max(left.depth(), right.depth());
    }

    @Override
    public int nodes() {
        return 1 + left.nodes() + right.nodes();
    }

    @Override
    public String toString() {
        String first = left instanceof Matching || left instanceof Both ? left.toString() : "(" + left + ")";
        return first + " && " + (right instanceof Matching ? right.toString() : "(" + right + ")");
    }
}
