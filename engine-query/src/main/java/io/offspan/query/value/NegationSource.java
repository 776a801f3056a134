package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/** A number with the other sign; nil for what is no number. */
final class NegationSource extends ValueSource {
    private final ValueSource source;
    private final Scalar value = new Scalar();

    NegationSource(ValueSource source) {
        this.source = source;
    }

    @Override
    public void enterBlock(StringHeap strings) {
        source.enterBlock(strings);
    }

    @Override
    public int enterSpan(SpanView span) {
        return source.enterSpan(span);
    }

    @Override
    public Scalar value(SpanView span, Spot spot) {
        Scalar of = source.value(span, spot);
        if (!of.isNumber()) {
            value.setNil();
        } else if (of.type() == Scalar.WHOLE && of.whole() != Long.MIN_VALUE) {
            value.setWhole(-of.whole());
        } else if (of.type() == Scalar.NANOS && of.whole() != Long.MIN_VALUE) {
            value.setNanos(-of.whole());
        } else {
            value.setFraction(-of.fraction());
        }
        return value;
    }

    @Override
    public int cost() {
        return source.cost();
    }
}
