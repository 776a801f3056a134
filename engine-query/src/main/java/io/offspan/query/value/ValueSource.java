package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/**
 * An expression ready to be evaluated for one span after another.
 *
 * <p><b>Threads.</b> Belongs to one thread. What it learns of a block's strings it forgets with {@link #enterBlock}, what it
 * learns of a span with {@link #enterSpan}.
 */
public abstract class ValueSource {
    /** The value differs between the events of the span. */
    static final int EVENTS = 1;
    /** The value differs between the links of the span. */
    static final int LINKS = 2;

    public static final int NO_MEMO_KEY = -1;

    /** What it costs to read a value, for whoever has several to read: what stands in the line comes first. */
    public static final int LINE = 0;

    static final int STRING = 1;
    static final int ENVELOPE = 2;
    static final int ATTRIBUTE = 3;
    public static final int LIST = 4;

    public abstract void enterBlock(StringHeap strings);

    /** Says whose values are asked for next, and returns {@link #EVENTS}, {@link #LINKS}, both or 0. */
    public abstract int enterSpan(SpanView span);

    /**
     * Returns the key of {@link StringMemo} that alone decides the value at the span that was entered, or {@link #NO_MEMO_KEY}
     * when it has to be read to know. Not asked where the value differs between events or links.
     */
    public int memoKey(SpanView span) {
        return NO_MEMO_KEY;
    }

    /** Returns the value at a span that was entered; the same object each time. */
    public abstract Scalar value(SpanView span, Spot spot);

    public abstract int cost();
}
