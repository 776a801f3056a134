package io.offspan.query.discover;

import io.offspan.query.value.Scalar;
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

    static ValueKind of(Scalar value) {
        return switch (value.type()) {
            case Scalar.TEXT -> STRING;
            case Scalar.WHOLE -> INT;
            case Scalar.FRACTION -> DOUBLE;
            case Scalar.TRUTH -> BOOL;
            case Scalar.ARRAY -> ARRAY;
            case Scalar.MAP -> KVLIST;
            case Scalar.BYTES -> BYTES;
            default -> EMPTY;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
