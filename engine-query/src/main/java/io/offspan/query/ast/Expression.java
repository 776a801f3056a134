package io.offspan.query.ast;

/** A value of a span: a {@link Field}, a {@link Constant}, or what is calculated from them. */
public sealed interface Expression permits Field, Constant, Negation, Arithmetic {
    /** Returns how many levels the tree has. */
    int depth();

    /** Returns how many nodes the tree has. */
    int nodes();
}
