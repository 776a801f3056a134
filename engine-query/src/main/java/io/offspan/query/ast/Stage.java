package io.offspan.query.ast;

/** One step of a {@link Pipeline}: what it makes of the spans that the step before left of a trace. */
public sealed interface Stage permits Spanset, Aggregation, Grouping, Coalescing, Selection {
    /** Returns how many nodes the stage has. */
    int nodes();
}
