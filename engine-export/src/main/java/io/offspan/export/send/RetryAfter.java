package io.offspan.export.send;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * Reads the header of that name: a number of seconds, or the date at which to come back, in any of the three forms that HTTP has
 * (RFC 9110, section 5.6.7).
 */
final class RetryAfter {
    private static final int MAX_DIGITS = 12;
    private static final long MILLIS = 1000;
    /** A year of two digits further ahead than this is one of the century before. */
    private static final int YEARS_AHEAD = 50;

    private static final int YEARS_OF_TWO_DIGITS = 100;
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US);

    private RetryAfter() {}

    /** Returns the milliseconds to wait from {@code nowMillis} on, or -1 when the text says nothing. */
    static long millis(String text, long nowMillis) {
        String value = text.strip();
        if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            // A number too long to be read is longer than any cap.
            return value.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(value) * MILLIS;
        }
        try {
            return Math.max(0, date(value, nowMillis).toEpochMilli() - nowMillis);
        } catch (DateTimeException | ArithmeticException neither) {
            return -1;
        }
    }

    private static Instant date(String value, long nowMillis) {
        int comma = value.indexOf(',');
        if (comma < 0) {
            return LocalDateTime.parse(value, ASCTIME).toInstant(ZoneOffset.UTC);
        }
        return comma == "Sun".length()
                ? ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant()
                : LocalDateTime.parse(value, rfc850(nowMillis)).toInstant(ZoneOffset.UTC);
    }

    private static DateTimeFormatter rfc850(long nowMillis) {
        int year = Instant.ofEpochMilli(nowMillis).atZone(ZoneOffset.UTC).getYear();
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, year + YEARS_AHEAD - YEARS_OF_TWO_DIGITS + 1)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.US);
    }
}
