package io.offspan.query.value;

import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.query.ast.Intrinsic;
import org.jspecify.annotations.Nullable;

/** The value of a field that stands in the span, its events or its links. */
final class IntrinsicSource extends ValueSource {
    private static final int ID_CHARS = 16;

    private final Intrinsic field;
    private final Memory digits;
    private final Scalar value = new Scalar();
    private StringHeap strings = StringHeap.NONE;

    IntrinsicSource(Intrinsic field) {
        this.field = field;
        digits = switch (field) {
            case TRACE_ID, SPAN_ID, PARENT_ID, LINK_TRACE_ID, LINK_SPAN_ID -> Memory.allocate(2 * ID_CHARS);
            default -> Memory.NONE;
        };
    }

    @Override
    public void enterBlock(StringHeap heap) {
        strings = heap;
    }

    @Override
    public int enterSpan(SpanView span) {
        return switch (field) {
            case EVENT_NAME, EVENT_TIME_SINCE_START -> span.hasEvents() ? EVENTS : 0;
            case LINK_TRACE_ID, LINK_SPAN_ID -> span.hasLinks() ? LINKS : 0;
            default -> 0;
        };
    }

    @Override
    public int memoKey(SpanView span) {
        return switch (field) {
            case NAME -> StringMemo.key(span.nameIndex(), StringMemo.TEXT);
            case STATUS_MESSAGE ->
                span.hasStatusMessage()
                        ? StringMemo.key(span.statusMessageIndex(), StringMemo.TEXT)
                        : StringMemo.key(0, StringMemo.MISSING);
            case EVENT_NAME, EVENT_TIME_SINCE_START, LINK_TRACE_ID, LINK_SPAN_ID ->
                StringMemo.key(0, StringMemo.MISSING);
            default -> NO_MEMO_KEY;
        };
    }

    @Override
    public Scalar value(SpanView span, Spot spot) {
        value.setNil();
        switch (field) {
            case TRACE_ID -> setTraceId(span.traceIdHigh(), span.traceIdLow());
            case SPAN_ID -> setSpanId(span.spanId());
            case PARENT_ID -> {
                if (span.hasParent()) {
                    setSpanId(span.parentId());
                }
            }
            case NAME -> value.setText(strings, span.nameIndex());
            case KIND -> value.setCode(Scalar.KIND, span.kind());
            case STATUS -> value.setCode(Scalar.STATUS, span.statusCode());
            case STATUS_MESSAGE -> {
                if (span.hasStatusMessage()) {
                    value.setText(strings, span.statusMessageIndex());
                }
            }
            case DURATION -> {
                if (span.hasEnd()) {
                    value.setNanos(span.durationNanos());
                }
            }
            case START -> value.setUnsigned(span.startNanos());
            case END -> value.setUnsigned(span.endNanos());
            case EVENT_NAME, EVENT_TIME_SINCE_START -> ofEvent(span, spot.event());
            case LINK_TRACE_ID, LINK_SPAN_ID -> ofLink(spot.link());
            default -> throw new IllegalStateException("Field " + field + " does not stand in a span");
        }
        return value;
    }

    private void ofEvent(SpanView span, @Nullable EventCursor event) {
        if (event != null && field == Intrinsic.EVENT_NAME) {
            value.setText(strings, event.nameIndex());
        } else if (event != null && event.timeNanos() != 0 && span.startNanos() != 0) {
            value.setNanos(event.timeNanos() - span.startNanos());
        }
    }

    private void ofLink(@Nullable LinkCursor link) {
        if (link != null && field == Intrinsic.LINK_TRACE_ID && link.hasTraceId()) {
            setTraceId(link.traceIdHigh(), link.traceIdLow());
        } else if (link != null && field == Intrinsic.LINK_SPAN_ID && link.hasSpanId()) {
            setSpanId(link.spanId());
        }
    }

    private void setTraceId(long high, long low) {
        put(high, 0);
        put(low, ID_CHARS);
        value.setText(digits, 0, 2 * ID_CHARS);
    }

    private void setSpanId(long id) {
        put(id, 0);
        value.setText(digits, 0, ID_CHARS);
    }

    private void put(long id, int at) {
        for (int i = 0; i < ID_CHARS; i++) {
            int digit = (int) (id >>> 60 - 4 * i) & 0xf;
            digits.putByte(at + i, digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
    }

    @Override
    public int cost() {
        return switch (field) {
            case NAME -> STRING;
            case STATUS_MESSAGE, EVENT_NAME, EVENT_TIME_SINCE_START, LINK_TRACE_ID, LINK_SPAN_ID -> LIST;
            default -> LINE;
        };
    }
}
