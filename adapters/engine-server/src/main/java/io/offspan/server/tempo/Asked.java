package io.offspan.server.tempo;

import io.offspan.query.Query;
import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a question: times in seconds, milliseconds, microseconds or nanoseconds, told by how large they are, or as RFC 3339 says; lengths of
 * time as Go writes them, or in seconds.
 */
final class Asked {
    /** What a question may take; Grafana gives up sooner. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    /** A number with more is no time. */
    private static final int MOST_CHARS = 40;

    private static final int MAX_LIMIT = 5_000;
    private static final long FIRST_MILLIS = 100_000_000_000L;
    private static final long FIRST_MICROS = 100_000_000_000_000L;
    private static final long FIRST_NANOS = 100_000_000_000_000_000L;
    private static final Pattern LENGTH = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h|d)?");

    private final Exchange exchange;

    Asked(Exchange exchange) {
        this.exchange = exchange;
        OptionalLong start = time("start");
        OptionalLong end = time("end");
        if (start.isPresent() && end.isPresent() && start.getAsLong() >= end.getAsLong()) {
            throw new Refused(400, "start is not before end; give an earlier start or a later end");
        }
    }

    @Nullable
    String text(String name) {
        String text = exchange.parameter(name);
        return text == null || text.isBlank() ? null : text;
    }

    /** Returns a time in nanoseconds since the epoch. */
    OptionalLong time(String name) {
        String text = text(name);
        if (text == null || text.equals("0")) {
            return OptionalLong.empty();
        }
        try {
            if (text.contains("-") || text.contains("T")) {
                Instant instant = OffsetDateTime.parse(text).toInstant();
                return OptionalLong.of(
                        Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano()));
            }
            BigDecimal number = text.length() <= MOST_CHARS ? new BigDecimal(text) : BigDecimal.ZERO;
            // An exponent may stand for millions of digits.
            if (number.signum() > 0 && Math.abs((long) number.scale()) <= MOST_CHARS) {
                long size = number.longValue();
                int digits = size < FIRST_MILLIS ? 9 : size < FIRST_MICROS ? 6 : size < FIRST_NANOS ? 3 : 0;
                return OptionalLong.of(
                        number.movePointRight(digits).toBigInteger().longValueExact());
            }
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException refused) {
            // Said below.
        }
        throw new Refused(
                400,
                name + " is '" + cut(text) + "'; it is a time in seconds since 1970, or like 2026-11-28T12:00:00Z");
    }

    /** Returns a length of time in nanoseconds. */
    OptionalLong length(String name) {
        String text = text(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        Matcher matcher = LENGTH.matcher(text.toLowerCase(Locale.ROOT));
        double unit = 0;
        if (matcher.matches()) {
            unit = switch (matcher.group(2) == null ? "s" : matcher.group(2)) {
                case "ns" -> 1;
                case "us", "µs" -> 1e3;
                case "ms" -> 1e6;
                case "m" -> 60e9;
                case "h" -> 3600e9;
                case "d" -> 86_400e9;
                default -> 1e9;
            };
        }
        double nanos = unit == 0 ? 0 : Double.parseDouble(matcher.group(1)) * unit;
        if (nanos < 1 || nanos > Long.MAX_VALUE / 2.0) {
            throw new Refused(400, name + " is '" + cut(text) + "'; it is a length of time such as 15s, 1m or 100ms");
        }
        return OptionalLong.of((long) nanos);
    }

    /** Returns a number from 1 on, not more than there is sense in. */
    int count(String name, int otherwise) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int count = Integer.parseInt(text);
            if (count >= 1) {
                return Math.min(count, MAX_LIMIT);
            }
        } catch (NumberFormatException refused) {
            // Said below.
        }
        throw new Refused(400, name + " is '" + cut(text) + "'; it is a number from 1 to " + MAX_LIMIT);
    }

    /** Gives a query the times and the patience of this question. */
    Query within(Query query) {
        Query asked = query.maxTime(LONGEST);
        OptionalLong start = time("start");
        OptionalLong end = time("end");
        asked = start.isPresent() ? asked.from(start.getAsLong()) : asked;
        return end.isPresent() ? asked.to(end.getAsLong()) : asked;
    }

    static String cut(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
