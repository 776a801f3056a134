package io.offspan.query.ast;

/** Writes operands the one way in which a filter prints them. */
final class CanonicalText {
    private static final String[] UNITS = {"h", "m", "s", "ms", "us"};
    private static final long[] UNIT_NANOS = {3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L};

    private CanonicalText() {}

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** Quotes the key of an attribute, in which TraceQL knows two escapes only. */
    static String quoteKey(String key) {
        return '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Writes nanoseconds in the largest unit that divides them. */
    static String duration(long nanos) {
        if (nanos == Long.MIN_VALUE) {
            // The sign is no part of a literal, and without it the number is too long.
            return "(" + (Long.MIN_VALUE + 1) + "ns - 1ns)";
        }
        for (int i = 0; i < UNITS.length; i++) {
            if (nanos != 0 && nanos % UNIT_NANOS[i] == 0) {
                return nanos / UNIT_NANOS[i] + UNITS[i];
            }
        }
        return nanos + "ns";
    }
}
