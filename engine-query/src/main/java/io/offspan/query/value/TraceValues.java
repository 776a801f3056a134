package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.query.ast.Field;

/** What whole traces say of their spans. */
public interface TraceValues {
    /** Nothing is known of any trace. */
    TraceValues NONE = new TraceValues() {
        @Override
        public void read(Field field, SpanView span, Scalar into) {
            into.setNil();
        }
    };

    /** Takes the value that a field of whole traces has for a span, nil for spans of traces that nothing is known of. */
    void read(Field field, SpanView span, Scalar into);
}
