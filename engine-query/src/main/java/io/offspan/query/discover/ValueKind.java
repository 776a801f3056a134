package io.offspan.query.discover;

import io.offspan.query.value.Scalar;
import io.offspan.query.value.TypeCode;
import java.util.Locale;

/** The type of an attribute's value, by the names that OTLP has for them. */
public enum ValueKind {
    STRING,
    INT,
    DOUBLE,
    BOOL,
    ARRAY,
    KVLIST,
    BYTES,
    /** The attribute is there without a value. */
    EMPTY;

    private static final ValueKind[] ALL = values();

    static ValueKind of(Scalar value) {
        return ofCode(TypeCode.of(value));
    }

    /** Returns the type that a {@link TypeCode} stands for. */
    static ValueKind ofCode(int code) {
        return ALL[code];
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
