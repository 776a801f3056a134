package io.offspan.query.ast;

/**
 * Chooses what one choice chooses, in traces where another chooses nothing. TraceQL has no such operator elsewhere; ours is a word, {@code
 * except}, where the language has signs only.
 */
public record Except(Spanset left, Spanset right) implements Spanset {
    public Except {
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
        return Tree.leftmost(left) + " except " + Tree.grouped(right);
    }
}
