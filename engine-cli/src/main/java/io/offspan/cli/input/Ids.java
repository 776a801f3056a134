package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Hex;

/** Ids as other formats write them: hexadecimal, shorter ones padded with zeros at the left. */
final class Ids {
    private static final int SPAN_DIGITS = 16;
    private static final int SHOWN = 60;

    private Ids() {}

    /** Sets trace and span id of a draft. */
    static void trace(String text, String place, SpanDraft draft, long spanId) {
        int digits = text.length();
        if (digits > 2 * SPAN_DIGITS) {
            throw bad(text, place, 2 * SPAN_DIGITS);
        }
        int split = Math.max(0, digits - SPAN_DIGITS);
        try {
            long high = split == 0 ? 0 : Hex.parse(text, 0, split);
            draft.ids(high, Hex.parse(text, split, digits), spanId);
        } catch (IllegalArgumentException e) {
            throw bad(text, place, 2 * SPAN_DIGITS);
        }
    }

    /** Reads a span id. */
    static long span(String text, String place) {
        try {
            return Hex.parse(text, 0, text.length());
        } catch (IllegalArgumentException e) {
            throw bad(text, place, SPAN_DIGITS);
        }
    }

    private static FormatException bad(String text, String place, int digits) {
        return new FormatException(
                Reason.BAD_ID,
                place + "expected an id of 1 to " + digits + " hexadecimal digits, found '" + shortened(text) + "'");
    }

    /** Returns enough of a text to recognise it. */
    static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
