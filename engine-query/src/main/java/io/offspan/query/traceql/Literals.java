package io.offspan.query.traceql;

import io.offspan.query.ast.Operand;
import io.offspan.query.ast.QueryException.Reason;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads numbers, durations, texts and quoted names where they begin. */
final class Literals {
    private static final String NUMBER = "a number such as 5, 0.5 or 1e9, or a duration such as 100ms or 1h30m";
    private static final String UNITS = "the unit of a duration: y, w, d, h, m, s, ms, us or ns";
    private static final int MAX_DIGITS = 40;
    /** A backslash, and x with two digits or three digits. */
    private static final int ESCAPED_BYTE = 4;

    private static final BigInteger UNSIGNED_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private final Source source;
    private final String text;

    Literals(Source source) {
        this.source = source;
        text = source.text();
    }

    /** A text and the place behind it. */
    record Read(String value, int end) {}

    /** A number and the place behind it; unsigned when it is greater than a signed one can be. */
    record Number(Operand value, int end, boolean unsigned) {}

    Number number(int start) {
        int end = digits(start);
        boolean whole = true;
        if (is(end, '.') && digits(end + 1) > end + 1) {
            end = digits(end + 1);
            whole = false;
        } else if (is(end, '.') && !continues(end + 1)) {
            end++;
            whole = false;
        }
        if (is(end, 'e') || is(end, 'E')) {
            int exponent = end + (is(end + 1, '-') || is(end + 1, '+') ? 2 : 1);
            if (digits(exponent) > exponent) {
                end = digits(exponent);
                whole = false;
            }
        }
        if (continues(end)) {
            return duration(start);
        }
        return whole ? whole(start, end) : fraction(start, end);
    }

    /** Tells whether what follows belongs to a number, or to what is meant to be one. */
    private boolean continues(int at) {
        return at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || is(at, '.') || is(at, '_'));
    }

    private Number whole(int start, int end) {
        int from = start;
        while (from < end - 1 && text.charAt(from) == '0') {
            from++;
        }
        BigInteger value = end - from > MAX_DIGITS ? null : new BigInteger(text.substring(from, end));
        if (value == null || value.compareTo(UNSIGNED_MAX) > 0) {
            throw tooLarge(start, end);
        }
        return new Number(new Operand.Whole(value.longValue()), end, value.bitLength() > 63);
    }

    private Number fraction(int start, int end) {
        double value = Double.parseDouble(text.substring(start, end));
        if (Double.isInfinite(value)) {
            throw source.refused(
                    Reason.ARITHMETIC,
                    start,
                    "Number " + source.quoted(start, end) + " is too large",
                    "allowed is up to " + Double.MAX_VALUE);
        }
        return new Number(new Operand.Fraction(value), end, false);
    }

    TraceQlException tooLarge(int start, int end) {
        return source.refused(
                Reason.ARITHMETIC,
                start,
                "Number " + source.quoted(start, end) + " is too large",
                "allowed is up to " + Long.MAX_VALUE + ", or write it with a decimal point");
    }

    /** Reads numbers with units one behind another, as in {@code 1h30m}; what is less than a nanosecond is cut off. */
    private Number duration(int start) {
        int last = start;
        while (continues(last)) {
            last++;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        for (int at = start; at < last; ) {
            int unit = digits(at);
            unit = is(unit, '.') ? digits(unit + 1) : unit;
            int end = unit;
            while (end < last && Character.isLetter(text.charAt(end))) {
                end++;
            }
            long unitNanos = unitNanos(text.substring(unit, Math.min(end, unit + 3)));
            if (unit == at || end == unit || !Character.isDigit(text.charAt(unit - 1))) {
                throw source.syntax(start, source.quoted(start, last), NUMBER + advice(start), null);
            }
            if (unitNanos == 0) {
                throw source.syntax(unit, source.quoted(unit, end), UNITS + advice(start), null);
            }
            if (unit - at > MAX_DIGITS) {
                throw tooLarge(start, last);
            }
            nanos = nanos.add(new BigDecimal(text.substring(at, unit)).multiply(BigDecimal.valueOf(unitNanos)));
            at = end;
        }
        BigInteger whole = nanos.toBigInteger();
        if (whole.bitLength() > 63) {
            throw source.refused(
                    Reason.ARITHMETIC,
                    start,
                    "Duration " + source.quoted(start, last) + " is too long",
                    "allowed is up to " + Long.MAX_VALUE + "ns");
        }
        return new Number(new Operand.Whole(whole.longValue(), true), last, false);
    }

    private String advice(int start) {
        return is(start, '.') ? ", or quotes around the name of an attribute" : "";
    }

    private static long unitNanos(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "\u00b5s", "\u03bcs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "d" -> 86_400_000_000_000L;
            case "w" -> 7 * 86_400_000_000_000L;
            case "y" -> 365 * 86_400_000_000_000L;
            default -> 0;
        };
    }

    /** Reads a text between quotes, with escapes, or between backticks, without. */
    Read text(int start) {
        char quote = text.charAt(start);
        StringBuilder value = new StringBuilder();
        int at = start + 1;
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at);
            if (c == '\n' && quote == '"') {
                break;
            }
            at = c == '\\' && quote == '"' ? escape(at, value) : plain(at, value);
        }
        return closed(start, at, quote, value);
    }

    /** Reads a quoted name, in which a backslash stands before a quote or a backslash only. */
    Read name(int start) {
        StringBuilder value = new StringBuilder();
        int at = start + 1;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && (is(at + 1, '"') || is(at + 1, '\\'))) {
                at++;
            } else if (text.charAt(at) == '\\') {
                throw badEscape(at, "\\\" or \\\\, which are all that a name has");
            }
            at = plain(at, value);
        }
        return closed(start, at, '"', value);
    }

    private int plain(int at, StringBuilder value) {
        value.append(text.charAt(at));
        return at + 1;
    }

    private Read closed(int start, int at, char quote, StringBuilder value) {
        if (!is(at, quote)) {
            throw source.syntax(
                    start,
                    source.quoted(start, Math.min(at, text.length())) + " without an end",
                    quote + " behind it",
                    null);
        }
        return new Read(value.toString(), at + 1);
    }

    private int escape(int at, StringBuilder value) {
        int plain = at + 1 < text.length() ? "\"\\ntrabfv".indexOf(text.charAt(at + 1)) : -1;
        if (plain >= 0) {
            value.append("\"\\\n\t\r\u0007\b\f\u000b".charAt(plain));
            return at + 2;
        }
        if (byteAt(at) >= 0) {
            return bytes(at, value);
        }
        int digits = is(at + 1, 'u') ? 4 : is(at + 1, 'U') ? 8 : 0;
        int point = digits == 0 ? -1 : number(at + 2, digits, 16);
        if (point < 0 || point > 0x10_ffff || point >= 0xd800 && point < 0xe000) {
            throw badEscape(at);
        }
        value.appendCodePoint(point);
        return at + 2 + digits;
    }

    /** Returns the number that so many digits are, or -1 when they are not there or it is too large for any character. */
    private int number(int from, int digits, int radix) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = i < text.length() ? Character.digit(text.charAt(i), radix) : -1;
            if (digit < 0 || number > 0x10_ffff) {
                return -1;
            }
            number = number * radix + digit;
        }
        return number;
    }

    /** Returns the byte that an escape is, as {@code \x41} or {@code \101}, or -1. */
    private int byteAt(int at) {
        if (!is(at, '\\')) {
            return -1;
        }
        int found = is(at + 1, 'x') ? number(at + 2, 2, 16) : number(at + 1, 3, 8);
        return found > 0xff ? -1 : found;
    }

    /** Reads escapes of bytes as long as they follow each other: together they are UTF-8. */
    private int bytes(int start, StringBuilder value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = start;
        for (int next = byteAt(at); next >= 0; next = byteAt(at)) {
            bytes.write(next);
            at += ESCAPED_BYTE;
        }
        try {
            value.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())));
        } catch (CharacterCodingException noText) {
            throw source.syntax(start, source.quoted(start, at), "bytes that are UTF-8, such as \\xc3\\xa9", null);
        }
        return at;
    }

    private TraceQlException badEscape(int at) {
        return badEscape(
                at,
                "\\n, \\t, \\r, \\\", \\\\, \\x41, \\101 or \\u0041; in a regular expression double the backslash"
                        + " or put it between backticks");
    }

    private TraceQlException badEscape(int at, String expected) {
        return source.syntax(at, source.quoted(at, Math.min(text.length(), at + 2)), expected, null);
    }

    private int digits(int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private boolean is(int at, char c) {
        return at < text.length() && text.charAt(at) == c;
    }
}
