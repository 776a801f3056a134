package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/**
 * An expression ready to be evaluated for one span after another.
 *
 * <p><b>Threads.</b> Belongs to one thread. What it learns of a block's strings it forgets with {@link #enterBlock}, what it
 * learns of a span with {@link #enterSpan}.
 */
abstract class Term {
    /** The value differs between the events of the span. */
    static final int EVENTS = 1;
    /** The value differs between the links of the span. */
    static final int LINKS = 2;

    abstract void enterBlock(StringHeap strings);

    /** Says whose values are asked for next, and returns {@link #EVENTS}, {@link #LINKS}, both or 0. */
    abstract int enterSpan(SpanView span);

    abstract void value(SpanView span, Spot spot, Scalar into);

    abstract int cost();
}
