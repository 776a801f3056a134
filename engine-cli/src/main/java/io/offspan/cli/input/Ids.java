package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Hex;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Ids as other formats write them: hexadecimal, shorter ones padded with zeros at the left. */
final class Ids {
    private static final int SPAN_DIGITS = 16;
    /** How many characters of a text are shown. */
    static final int SHOWN = 60;

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

    /** Returns the bytes of an id, written as that many hexadecimal digits or, which has another length, as base64; or null. */
    static byte @Nullable [] bytes(String text, int count) {
        try {
            if (text.length() == 2 * count) {
                return HexFormat.of().parseHex(text);
            }
            boolean base64 = text.length() == (count + 2) / 3 * 4 && text.endsWith("=");
            byte[] bytes =
                    Base64.getDecoder().decode(base64 ? text.replace('-', '+').replace('_', '/') : "");
            return bytes.length == count ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
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
