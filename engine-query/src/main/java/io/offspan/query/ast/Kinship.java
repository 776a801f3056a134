package io.offspan.query.ast;

/** What the right one of two spans is to the left one in the tree of their trace. */
public enum Kinship {
    CHILD(">"),
    PARENT("<"),
    /** A child, or a descendant of a child. */
    DESCENDANT(">>"),
    /** The parent, or an ancestor of it. */
    ANCESTOR("<<"),
    /** Another child of the same parent. */
    SIBLING("~");

    private final String symbol;

    Kinship(String symbol) {
        this.symbol = symbol;
    }

    /** Returns the operator as it is written in TraceQL. */
    public String symbol() {
        return symbol;
    }

    /** Returns what the left one is to the right one. */
    public Kinship mirrored() {
        return switch (this) {
            case CHILD -> PARENT;
            case PARENT -> CHILD;
            case DESCENDANT -> ANCESTOR;
            case ANCESTOR -> DESCENDANT;
            case SIBLING -> SIBLING;
        };
    }

    @Override
    public String toString() {
        return symbol;
    }
}
