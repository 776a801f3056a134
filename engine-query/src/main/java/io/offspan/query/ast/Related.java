package io.offspan.query.ast;

import java.util.Objects;

/**
 * Chooses spans by how they are related to others of their trace: those on the right that are the child, descendant and so on of one
 * on the left.
 *
 * <p>Who is whose parent is known from what is stored of the trace, whether it has a root or not. A span is never related to itself.
 */
public record Related(Spanset left, Form form, Kinship kinship, Spanset right) implements Spanset {
    public Related {
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(kinship, "kinship");
        Tree.checkSize(1 + Math.max(left.depth(), right.depth()), 1L + left.nodes() + right.nodes());
    }

    /** Which spans are chosen. */
    public enum Form {
        /** Those on the right that are related to one on the left. */
        SOME(""),
        /** Those on the right that are related to none on the left, which are all where the left is empty. */
        NONE("!"),
        /** Those on the right that are related to one on the left, and these. */
        PAIRS("&");

        private final String symbol;

        Form(String symbol) {
            this.symbol = symbol;
        }

        /** Returns what is written before the operator. */
        public String symbol() {
            return symbol;
        }
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
        return Tree.leftmost(left) + " " + form.symbol() + kinship + " " + Tree.grouped(right);
    }
}
