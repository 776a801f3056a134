package io.offspan.codec.span;

import io.offspan.codec.wire.Hex;

/** Ids as they are written: hexadecimal digits of either case, 32 for a trace and 16 for a span. */
final class IdText {
    private static final int TRACE_ID_DIGITS = 32;
    private static final int SPAN_ID_DIGITS = 16;

    private IdText() {}

    /** Returns the first eight bytes of a trace id, as a big-endian number. */
    static long high(CharSequence traceId) {
        requireDigits("trace id", traceId, TRACE_ID_DIGITS);
        return Hex.parse(traceId, 0, SPAN_ID_DIGITS);
    }

    /** Returns the last eight bytes of a trace id, as a big-endian number. */
    static long low(CharSequence traceId) {
        requireDigits("trace id", traceId, TRACE_ID_DIGITS);
        return Hex.parse(traceId, SPAN_ID_DIGITS, TRACE_ID_DIGITS);
    }

    /**
     * Returns a span id as a big-endian number.
     *
     * @param what what the id is called where it is refused
     */
    static long span(String what, CharSequence spanId) {
        requireDigits(what, spanId, SPAN_ID_DIGITS);
        return Hex.parse(spanId, 0, SPAN_ID_DIGITS);
    }

    private static void requireDigits(String what, CharSequence hex, int digits) {
        if (hex.length() != digits) {
            throw new IllegalArgumentException(
                    "A " + what + " has " + digits + " hexadecimal digits; '" + hex + "' has " + hex.length());
        }
    }
}
