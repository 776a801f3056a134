package io.offspan.query.value;

import io.offspan.codec.model.Value;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Intrinsic;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the value of an expression for a span as an object: that of the first event and link that have one. */
final class ColumnReader extends Spot.Question {
    private static final int ARRAY_FIELD = 5;
    private static final int MAP_FIELD = 6;

    /** A time, which is read as its bits, since a scalar rounds those from 2^63 on. */
    private final @Nullable Intrinsic time;

    private final ValueSource source;
    private Scalar value = new Scalar();

    ColumnReader(Expression expression, TraceValues traces) {
        time = expression instanceof Intrinsic field && field.isTime() ? field : null;
        source = new SourceCompiler(traces, new ZeroDivisions()).compile(expression);
    }

    void enterBlock(StringHeap strings) {
        source.enterBlock(strings);
    }

    /** Returns the value, or null where the span has none. */
    @Nullable
    Value read(SpanView span) {
        if (time != null) {
            return Value.of(time == Intrinsic.START ? span.startNanos() : span.endNanos());
        }
        if (!holdsSomewhere(span, source.enterSpan(span))) {
            return null;
        }
        return switch (value.type()) {
            case Scalar.TEXT -> Value.of(value.text());
            case Scalar.WHOLE, Scalar.NANOS -> Value.of(value.whole());
            case Scalar.FRACTION -> Value.of(value.fraction());
            case Scalar.TRUTH -> Value.of(value.truth());
            case Scalar.STATUS -> named(SpanStatus.values());
            case Scalar.KIND -> named(SpanKind.values());
            case Scalar.ARRAY -> framed(ARRAY_FIELD);
            case Scalar.MAP -> framed(MAP_FIELD);
            case Scalar.BYTES -> Value.of(bytes());
            default -> Value.EMPTY;
        };
    }

    /** Adds the value to those of other fields. */
    void append(SpanView span, KeyBytes into) {
        if (time != null) {
            into.add(Scalar.WHOLE, time == Intrinsic.START ? span.startNanos() : span.endNanos());
        } else if (!holdsSomewhere(span, source.enterSpan(span))) {
            into.add(Scalar.NIL, 0);
        } else {
            switch (value.type()) {
                case Scalar.TEXT, Scalar.ARRAY, Scalar.MAP, Scalar.BYTES ->
                    into.add(value.type(), value.memory(), value.offset(), value.length());
                case Scalar.FRACTION -> into.add(value.type(), Double.doubleToLongBits(value.fraction()));
                case Scalar.VOID -> into.add(value.type(), 0);
                default -> into.add(value.type(), value.whole());
            }
        }
    }

    /** Returns the value that was read or added last, as long as the block stays. */
    Scalar value() {
        return value;
    }

    @Override
    public boolean holds(SpanView span, Spot spot) {
        value = source.value(span, spot);
        return value.type() != Scalar.NIL;
    }

    private Value named(Enum<?>[] names) {
        long code = value.whole();
        boolean known = code >= 0 && code < names.length;
        return Value.of(known ? names[(int) code].name().toLowerCase(Locale.ROOT) : Long.toString(code));
    }

    private byte[] bytes() {
        byte[] bytes = new byte[value.length()];
        value.memory().getBytes(value.offset(), bytes, 0, bytes.length);
        return bytes;
    }

    /** The content of an array or a list of keys and values stands where it lies without the frame of its message. */
    private Value framed(int field) {
        ProtoOutput message = new ProtoOutput(value.length() + ProtoOutput.MAX_VARINT_BYTES);
        message.putField(field << 3 | ProtoInput.LENGTH, value.memory(), value.offset(), value.length());
        return Value.decode(message.toByteArray());
    }
}
