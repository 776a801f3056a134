package io.offspan.query.exec;

import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.query.ast.Intrinsic;
import org.jspecify.annotations.Nullable;

/** The value of a field that stands in the span, its events or its links. */
final class IntrinsicTerm extends Term {
    private static final int ID_CHARS = 16;

    private final Intrinsic field;
    private final Memory digits;
    private StringHeap strings = StringHeap.NONE;

    IntrinsicTerm(Intrinsic field) {
        this.field = field;
        digits = switch (field) {
            case TRACE_ID, SPAN_ID, PARENT_ID, LINK_TRACE_ID, LINK_SPAN_ID -> Memory.allocate(2 * ID_CHARS);
            default -> Memory.NONE;
        };
    }

    @Override
    void enterBlock(StringHeap heap) {
        strings = heap;
    }

    @Override
    int enterSpan(SpanView span) {
        return switch (field) {
            case EVENT_NAME, EVENT_TIME_SINCE_START -> EVENTS;
            case LINK_TRACE_ID, LINK_SPAN_ID -> LINKS;
            default -> 0;
        };
    }

    @Override
    void value(SpanView span, Spot spot, Scalar into) {
        into.setNil();
        switch (field) {
            case TRACE_ID -> setTraceId(span.traceIdHigh(), span.traceIdLow(), into);
            case SPAN_ID -> setSpanId(span.spanId(), into);
            case PARENT_ID -> {
                if (span.hasParent()) {
                    setSpanId(span.parentId(), into);
                }
            }
            case NAME -> into.setText(strings, span.nameIndex());
            case KIND -> into.setCode(Scalar.KIND, span.kind());
            case STATUS -> into.setCode(Scalar.STATUS, span.statusCode());
            case STATUS_MESSAGE -> {
                if (span.hasStatusMessage()) {
                    into.setText(strings, span.statusMessageIndex());
                }
            }
            case DURATION -> {
                if (span.hasEnd()) {
                    into.setNanos(span.durationNanos());
                }
            }
            case START -> into.setUnsigned(span.startNanos());
            case END -> into.setUnsigned(span.endNanos());
            case EVENT_NAME, EVENT_TIME_SINCE_START -> ofEvent(span, spot.event(), into);
            case LINK_TRACE_ID, LINK_SPAN_ID -> ofLink(spot.link(), into);
            default -> throw new IllegalStateException("Field " + field + " does not stand in a span");
        }
    }

    private void ofEvent(SpanView span, @Nullable EventCursor event, Scalar into) {
        if (event != null && field == Intrinsic.EVENT_NAME) {
            into.setText(strings, event.nameIndex());
        } else if (event != null && event.timeNanos() != 0 && span.startNanos() != 0) {
            into.setNanos(event.timeNanos() - span.startNanos());
        }
    }

    private void ofLink(@Nullable LinkCursor link, Scalar into) {
        if (link != null && field == Intrinsic.LINK_TRACE_ID && link.hasTraceId()) {
            setTraceId(link.traceIdHigh(), link.traceIdLow(), into);
        } else if (link != null && field == Intrinsic.LINK_SPAN_ID && link.hasSpanId()) {
            setSpanId(link.spanId(), into);
        }
    }

    private void setTraceId(long high, long low, Scalar into) {
        put(high, 0);
        put(low, ID_CHARS);
        into.setText(digits, 0, 2 * ID_CHARS);
    }

    private void setSpanId(long id, Scalar into) {
        put(id, 0);
        into.setText(digits, 0, ID_CHARS);
    }

    private void put(long id, int at) {
        for (int i = 0; i < ID_CHARS; i++) {
            int digit = (int) (id >>> 60 - 4 * i) & 0xf;
            digits.putByte(at + i, digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
    }

    @Override
    int cost() {
        return switch (field) {
            case NAME -> SpanTest.STRING;
            case STATUS_MESSAGE, EVENT_NAME, EVENT_TIME_SINCE_START, LINK_TRACE_ID, LINK_SPAN_ID -> SpanTest.LIST;
            default -> SpanTest.LINE;
        };
    }
}
