package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/** Looks for a value in one place of a span and asks a relation of it. */
abstract class Probe {
    /** The place does not have it. */
    static final int MISSING = 0;

    static final int FAILS = 1;
    static final int HOLDS = 2;

    abstract void enterBlock(StringHeap strings);

    abstract int probe(SpanView span);

    abstract int cost();
}
