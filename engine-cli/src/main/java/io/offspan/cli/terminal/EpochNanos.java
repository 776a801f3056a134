package io.offspan.cli.terminal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a point in time, as unsigned nanoseconds since 1970: RFC 3339, a date alone, a number since 1970 with its unit, how long ago
 * ({@code -1h30m}), or {@code now}.
 *
 * <p>No unit is guessed: a number without one is nanoseconds when it has their 19 digits, and refused otherwise.
 */
public final class EpochNanos implements ITypeConverter<Long> {
    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final Pattern SINCE_1970 = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|μs|ms|s)");
    private static final Pattern UNITLESS_FRACTION = Pattern.compile("\\d+\\.\\d+");
    private static final Pattern ISO_START = Pattern.compile("\\d{4}-\\d{2}-\\d{2}([Tt ].*)?");

    private static final int NANOS_DIGITS = 19;
    /** March 1973. A smaller number, such as 90s, is likelier to be a duration whose minus was forgotten. */
    private static final BigDecimal LEAST_NUMBER = BigDecimal.valueOf(100_000_000L * Units.NANOS_PER_SECOND);

    private static final BigInteger MAX_NANOS = new BigInteger(Long.toUnsignedString(-1));
    private static final long MAX_SECONDS = Long.divideUnsigned(-1, Units.NANOS_PER_SECOND) - 1;

    private static final String FORMS = "write 2025-01-31T12:00:00Z, 2025-01-31 (its start in UTC), -1h30m for so long"
            + " ago, now, 1764100000s since 1970 (or ms, us, ns), or 19 digits of nanoseconds";

    @Override
    public Long convert(String given) {
        String text = given.strip();
        if (text.equals("now") || text.startsWith("-") || text.startsWith("now-")) {
            return ago(text);
        }
        if (DIGITS.matcher(text).matches()) {
            return bare(text);
        }
        Matcher number = SINCE_1970.matcher(text);
        if (number.matches()) {
            return since1970(text, number.group(1), number.group(2));
        }
        if (ISO_START.matcher(text).matches()) {
            return nanos(iso(text), text);
        }
        if (Units.isDuration(text)) {
            throw new TypeConversionException("'" + text + "' is a duration; write -" + text + " for so long ago");
        }
        if (UNITLESS_FRACTION.matcher(text).matches()) {
            throw new TypeConversionException(
                    "'" + text + "' has no unit; write " + text + "s if it is seconds since 1970");
        }
        throw new TypeConversionException("'" + text + "' is not a time; " + FORMS);
    }

    private static long ago(String text) {
        String duration = text.startsWith("now") ? text.substring("now".length()) : text;
        long ago = duration.isEmpty() ? 0 : new Units.DurationNanos().convert(duration.substring(1));
        return nanos(Instant.now().minusNanos(ago), text);
    }

    private static long bare(String text) {
        if (text.length() == NANOS_DIGITS) {
            return unsigned(new BigInteger(text), text);
        }
        String likely = switch (text.length()) {
            case 10 -> "; it looks like seconds since 1970: write " + text + "s";
            case 13 -> "; it looks like milliseconds since 1970: write " + text + "ms";
            case 16 -> "; it looks like microseconds since 1970: write " + text + "us";
            default -> "; append s, ms, us or ns, or " + FORMS;
        };
        throw new TypeConversionException("'" + text + "' has no unit and " + Units.count(text.length(), "digit")
                + ", where nanoseconds since 1970 have " + NANOS_DIGITS + likely);
    }

    private static long since1970(String text, String number, String unit) {
        BigDecimal nanos = new BigDecimal(number).multiply(BigDecimal.valueOf(Units.nanosOf(unit)));
        if (nanos.compareTo(LEAST_NUMBER) < 0) {
            throw new TypeConversionException(
                    "'" + text + "' since 1970 is before March 1973; write -" + text + " for so long ago, or the date");
        }
        return unsigned(nanos.toBigInteger(), text);
    }

    private static long unsigned(BigInteger nanos, String text) {
        if (nanos.compareTo(MAX_NANOS) > 0) {
            throw outside(text);
        }
        return nanos.longValue();
    }

    private static Instant iso(String text) {
        // RFC 3339 lets a blank stand for the T.
        String iso = text.replace(' ', 'T');
        try {
            return iso.indexOf('T') < 0 && iso.indexOf('t') < 0
                    ? LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(iso).toInstant();
        } catch (DateTimeParseException e) {
            if (parses(() -> LocalDateTime.parse(iso, DateTimeFormatter.ISO_LOCAL_DATE_TIME))) {
                throw new TypeConversionException(
                        "'" + text + "' has no time zone; append Z for UTC, or an offset such as +01:00");
            }
            throw new TypeConversionException("'" + text + "' is not a time: " + e.getMessage() + "; " + FORMS);
        }
    }

    private static boolean parses(Supplier<?> reading) {
        try {
            return reading.get() != null;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** Unsigned, as spans have their times; what lies outside would wrap round and find the wrong spans. */
    private static long nanos(Instant time, String text) {
        if (time.isBefore(Instant.EPOCH) || time.getEpochSecond() > MAX_SECONDS) {
            throw outside(text);
        }
        return time.getEpochSecond() * Units.NANOS_PER_SECOND + time.getNano();
    }

    private static TypeConversionException outside(String text) {
        return new TypeConversionException("'" + text + "' lies outside the times of spans, " + Instant.EPOCH + " to "
                + Instant.ofEpochSecond(MAX_SECONDS));
    }
}
