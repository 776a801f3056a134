package io.offspan.codec.span;

import java.util.Locale;

/** The status codes of OTLP, by the number that stands for each. */
public enum SpanStatus {
    UNSET,
    OK,
    ERROR;

    /** Returns the number of the OTLP enumeration. */
    public int code() {
        return ordinal();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
