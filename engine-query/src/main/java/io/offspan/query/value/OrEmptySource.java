package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.query.ast.Intrinsic;

/** The text of a field, or the empty one where there is no text; nil only for the field of a link of a span without any. */
final class OrEmptySource extends ValueSource {
    private final ValueSource source;
    private final boolean ofLink;
    private final Scalar empty = new Scalar();

    OrEmptySource(Intrinsic field, ValueSource source) {
        this.source = source;
        empty.setText(Memory.NONE, 0, 0);
        ofLink = field == Intrinsic.LINK_TRACE_ID || field == Intrinsic.LINK_SPAN_ID;
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
    public int memoKey(SpanView span) {
        return source.memoKey(span);
    }

    @Override
    public Scalar value(SpanView span, Spot spot) {
        Scalar value = source.value(span, spot);
        return value.type() == Scalar.TEXT || ofLink && spot.link() == null ? value : empty;
    }

    @Override
    public int cost() {
        return source.cost();
    }
}
