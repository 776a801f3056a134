package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/**
 * Finds the number that an expression has for a span: that of the first event and link for which it has one. What is not a
 * number, NaN included, is none.
 */
public final class FirstNumber extends Spot.Question {
    private final Term term;
    private Scalar value = new Scalar();

    public FirstNumber(Term term) {
        this.term = term;
    }

    public void enterBlock(StringHeap strings) {
        term.enterBlock(strings);
    }

    /** Tells whether the span has a number; then {@link #value} is it. */
    public boolean find(SpanView span) {
        return holdsSomewhere(span, term.enterSpan(span));
    }

    public Scalar value() {
        return value;
    }

    @Override
    public boolean holds(SpanView span, Spot spot) {
        value = term.value(span, spot);
        return value.isNumber() && !Double.isNaN(value.fraction());
    }
}
