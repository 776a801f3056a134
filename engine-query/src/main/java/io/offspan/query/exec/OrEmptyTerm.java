package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.query.ast.Intrinsic;

/** The text of a field, or the empty one where there is no text; nil only for the field of a link of a span without any. */
final class OrEmptyTerm extends Term {
    private static final Memory NOTHING = Memory.allocate(1);

    private final Term term;
    private final boolean ofLink;

    OrEmptyTerm(Intrinsic field, Term term) {
        this.term = term;
        ofLink = field == Intrinsic.LINK_TRACE_ID || field == Intrinsic.LINK_SPAN_ID;
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
        if (into.type() != Scalar.TEXT && !(ofLink && spot.link() == null)) {
            into.setText(NOTHING, 0, 0);
        }
    }

    @Override
    int cost() {
        return term.cost();
    }
}
