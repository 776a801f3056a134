package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/**
 * Finds the number that an expression has for a span: that of the first event and link for which it has one. What is not a
 * number, NaN included, is none.
 */
public final class FirstNumber extends Spot.Question {
    private final ValueSource source;
    private Scalar value = new Scalar();

    public FirstNumber(ValueSource source) {
        this.source = source;
    }

    public void enterBlock(StringHeap strings) {
        source.enterBlock(strings);
    }

    /** Tells whether the span has a number; then {@link #value} is it. */
    public boolean find(SpanView span) {
        return holdsSomewhere(span, source.enterSpan(span));
    }

    public Scalar value() {
        return value;
    }

    @Override
    public boolean holds(SpanView span, Spot spot) {
        value = source.value(span, spot);
        return value.isNumber() && !Double.isNaN(value.fraction());
    }
}
