package io.offspan.codec.span;

import java.util.Locale;

/** The span kinds of OTLP, by the number that stands for each. */
public enum SpanKind {
    UNSPECIFIED,
    INTERNAL,
    SERVER,
    CLIENT,
    PRODUCER,
    CONSUMER;

    /** Returns the number of the OTLP enumeration. */
    public int code() {
        return ordinal();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
