package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/** A number with the other sign; nil for what is no number. */
final class NegationTerm extends Term {
    private final Term term;

    NegationTerm(Term term) {
        this.term = term;
    }

    @Override
    void enterBlock(StringHeap strings) {
        term.enterBlock(strings);
    }

    @Override
    int enterSpan(SpanView span) {
        return term.enterSpan(span);
    }

    @Override
    void value(SpanView span, Spot spot, Scalar into) {
        term.value(span, spot, into);
        if (!into.isNumber()) {
            into.setNil();
        } else if (into.type() == Scalar.WHOLE && into.whole() != Long.MIN_VALUE) {
            into.setWhole(-into.whole());
        } else if (into.type() == Scalar.NANOS && into.whole() != Long.MIN_VALUE) {
            into.setNanos(-into.whole());
        } else {
            into.setFraction(-into.fraction());
        }
    }

    @Override
    int cost() {
        return term.cost();
    }
}
