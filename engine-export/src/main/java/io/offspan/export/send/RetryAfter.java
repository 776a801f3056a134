package io.offspan.export.send;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Reads the header of that name: a number of seconds, or the date at which to come back. */
final class RetryAfter {
    private static final int MAX_DIGITS = 12;
    private static final long MILLIS = 1000;

    private RetryAfter() {}

    /** Returns the milliseconds to wait from {@code nowMillis} on, or -1 when the text says nothing. */
    static long millis(String text, long nowMillis) {
        String value = text.strip();
        if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            // A number too long to be read is longer than any cap.
            return value.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(value) * MILLIS;
        }
        try {
            long at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toEpochMilli();
            return Math.max(0, at - nowMillis);
        } catch (DateTimeException | ArithmeticException neither) {
            return -1;
        }
    }
}
