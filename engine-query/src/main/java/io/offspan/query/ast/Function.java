package io.offspan.query.ast;

import java.util.Locale;

/** What an {@link Aggregation} calculates of the spans of a trace. */
public enum Function {
    COUNT,
    AVG,
    MIN,
    MAX,
    SUM;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
