package io.offspan.query.discover;

import io.offspan.codec.model.Value;
import io.offspan.codec.model.Value.BoolValue;
import io.offspan.codec.model.Value.DoubleValue;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.index.Term;
import io.offspan.query.value.KeyBytes;
import io.offspan.query.value.Scalar;
import java.util.Locale;

/** The value that a term stands for: the same as the spans that have it would give. */
final class TermValue {
    private static final SpanStatus[] STATUSES = SpanStatus.values();
    private static final SpanKind[] KINDS = SpanKind.values();

    private TermValue() {}

    /** Adds the value of a term of a field to bytes, as a scan does, and returns it. */
    static Value append(Field field, Term term, KeyBytes into) {
        Value value = term.value();
        if (term.isText()) {
            into.add(Scalar.TEXT, term.text());
        } else if (field == Intrinsic.KIND || field == Intrinsic.STATUS) {
            into.add(field == Intrinsic.KIND ? Scalar.KIND : Scalar.STATUS, term.bits());
            return named(term.bits(), field == Intrinsic.KIND ? KINDS : STATUSES);
        } else if (value instanceof DoubleValue) {
            into.add(Scalar.FRACTION, term.bits());
        } else {
            into.add(value instanceof BoolValue ? Scalar.TRUTH : Scalar.WHOLE, term.bits());
        }
        return value;
    }

    /** Returns the name of a code, or the code where it has none. */
    static Value named(long code, Enum<?>[] names) {
        return Value.of(
                code >= 0 && code < names.length
                        ? names[(int) code].name().toLowerCase(Locale.ROOT)
                        : Long.toString(code));
    }
}
