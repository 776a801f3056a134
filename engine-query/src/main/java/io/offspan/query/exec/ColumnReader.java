package io.offspan.query.exec;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Utf8;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.SpanKind;
import io.offspan.query.ast.SpanStatus;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the value of an expression for a span as an object: that of the first event and link that have one. */
final class ColumnReader extends Spot.Question {
    private static final int ARRAY_TAG = 5 << 3 | ProtoReader.BYTES;

    private final Term term;
    private final Scalar value = new Scalar();

    ColumnReader(Expression expression, TraceFacts facts) {
        term = new TermCompiler(facts, new ZeroDivisions()).compile(expression);
    }

    void enterBlock(StringHeap strings) {
        term.enterBlock(strings);
    }

    /** Returns the value, or null where the span has none, or one that does not compare. */
    @Nullable
    Value read(SpanView span) {
        if (!holdsSomewhere(span, term.enterSpan(span))) {
            return null;
        }
        return switch (value.type()) {
            case Scalar.TEXT -> Value.of(Utf8.get(value.memory(), value.offset(), value.length()));
            case Scalar.WHOLE, Scalar.NANOS -> Value.of(value.whole());
            case Scalar.FRACTION -> Value.of(value.fraction());
            case Scalar.TRUTH -> Value.of(value.truth());
            case Scalar.STATUS -> named(SpanStatus.values());
            case Scalar.KIND -> named(SpanKind.values());
            default -> array();
        };
    }

    @Override
    boolean holds(SpanView span, Spot spot) {
        term.value(span, spot, value);
        return value.type() != Scalar.NIL;
    }

    private Value named(Enum<?>[] names) {
        long code = value.whole();
        boolean known = code >= 0 && code < names.length;
        return Value.of(known ? names[(int) code].name().toLowerCase(Locale.ROOT) : Long.toString(code));
    }

    /** The elements stand where they lie without the frame of their message. */
    private Value array() {
        byte[] elements = new byte[value.length()];
        value.memory().getBytes(value.offset(), elements, 0, elements.length);
        ByteArrayOutputStream message = new ByteArrayOutputStream(elements.length + 6);
        message.write(ARRAY_TAG);
        int rest = elements.length;
        for (; rest > 0x7f; rest >>>= 7) {
            message.write(rest & 0x7f | 0x80);
        }
        message.write(rest);
        message.writeBytes(elements);
        return Value.decode(message.toByteArray());
    }
}
