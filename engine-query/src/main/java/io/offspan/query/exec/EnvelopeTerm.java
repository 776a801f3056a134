package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/** The name or version of the instrumentation scope, nil without one. */
final class EnvelopeTerm extends Term {
    private final EnvelopeValue value;

    /** Takes {@link EnvelopeMessage#SCOPE_NAME} or {@link EnvelopeMessage#SCOPE_VERSION}. */
    EnvelopeTerm(int field) {
        value = EnvelopeValue.scopeText(field);
    }

    @Override
    void enterBlock(StringHeap strings) {
        value.enterBlock(strings);
    }

    @Override
    int enterSpan(SpanView span) {
        return 0;
    }

    @Override
    void value(SpanView span, Spot spot, Scalar into) {
        value.read(span, into);
    }

    @Override
    int cost() {
        return SpanTest.ENVELOPE;
    }
}
