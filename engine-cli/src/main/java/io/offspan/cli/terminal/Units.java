package io.offspan.cli.terminal;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations, instants and sizes, as the command line writes and reads them. */
public final class Units {
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h|d)");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int KIB = 1024;

    private Units() {}

    /** Reads a duration such as {@code 100ms} or {@code 1.5s} as nanoseconds. */
    public static final class DurationNanos implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            Matcher matcher = DURATION.matcher(text.trim());
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is not a duration; write a number and ns, us, ms, s, m, h or d, such as 100ms");
            }
            try {
                return new BigDecimal(matcher.group(1))
                        .multiply(BigDecimal.valueOf(nanosOf(matcher.group(2))))
                        .toBigInteger()
                        .longValueExact();
            } catch (ArithmeticException e) {
                throw new TypeConversionException("'" + text + "' is more than the longest duration, 292 years");
            }
        }
    }

    /** Reads a point in time: ISO 8601, nanoseconds since the epoch, or how long ago ({@code -10m}). */
    public static final class EpochNanos implements ITypeConverter<Long> {
        private static final int FEWEST_NANOS_DIGITS = 16;
        private static final long MAX_SECONDS = Long.divideUnsigned(-1, NANOS_PER_SECOND) - 1;

        @Override
        public Long convert(String text) {
            if (text.equals("now")) {
                return nanos(Instant.now(), text);
            }
            if (text.startsWith("-")) {
                long ago = new DurationNanos().convert(text.substring(1));
                return nanos(Instant.now().minusNanos(ago), text);
            }
            if (text.length() >= FEWEST_NANOS_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return parseNanos(text);
            }
            try {
                return nanos(OffsetDateTime.parse(text).toInstant(), text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is not a time; write 2025-01-31T12:00:00Z, -10m for"
                        + " ten minutes ago, or nanoseconds since 1970");
            }
        }

        private static long parseNanos(String text) {
            try {
                return Long.parseUnsignedLong(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' nanoseconds do not fit into 64 bits");
            }
        }

        /** Unsigned, as spans have their times; what lies outside would wrap round and find the wrong spans. */
        private static long nanos(Instant time, String text) {
            if (time.isBefore(Instant.EPOCH) || time.getEpochSecond() > MAX_SECONDS) {
                throw new TypeConversionException("'" + text + "' lies outside the times of spans, " + Instant.EPOCH
                        + " to " + Instant.ofEpochSecond(MAX_SECONDS));
            }
            return time.getEpochSecond() * NANOS_PER_SECOND + time.getNano();
        }
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> NANOS_PER_SECOND;
            case "m" -> 60 * NANOS_PER_SECOND;
            case "h" -> 3600 * NANOS_PER_SECOND;
            default -> Duration.ofDays(1).toNanos();
        };
    }

    /** Writes a duration with three digits or so: {@code 850ns}, {@code 12.3ms}, {@code 4.56s}. */
    public static String duration(long nanos) {
        double size = Math.abs((double) nanos);
        if (size < 1e3) {
            return nanos + "ns";
        }
        if (size < 1e6) {
            return scaled(nanos / 1e3, "us");
        }
        return size < 1e9 ? scaled(nanos / 1e6, "ms") : scaled(nanos / 1e9, "s");
    }

    private static String scaled(double value, String unit) {
        double size = Math.abs(value);
        String format = size < 10 ? "%.2f%s" : size < 100 ? "%.1f%s" : "%.0f%s";
        return String.format(Locale.ROOT, format, value, unit);
    }

    /** Writes nanoseconds since the epoch, unsigned, as ISO 8601 in UTC with microseconds. */
    public static String time(long epochNanos) {
        long seconds = Long.divideUnsigned(epochNanos, NANOS_PER_SECOND);
        return TIME.format(Instant.ofEpochSecond(seconds, Long.remainderUnsigned(epochNanos, NANOS_PER_SECOND)));
    }

    /** Writes a size with its unit: {@code 1,612 B}, {@code 4.2 MiB}. */
    public static String bytes(long bytes) {
        if (bytes < 10 * KIB) {
            return String.format(Locale.ROOT, "%,d B", bytes);
        }
        double size = bytes / (double) KIB;
        for (String unit : new String[] {"KiB", "MiB", "GiB"}) {
            if (size < KIB) {
                return String.format(Locale.ROOT, "%.1f %s", size, unit);
            }
            size /= KIB;
        }
        return String.format(Locale.ROOT, "%.1f TiB", size);
    }

    /** Writes a count with separators: {@code 3,318}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Writes a count of things: {@code 1 span}, {@code 3,318 spans}. */
    public static String count(long count, String thing) {
        return count(count) + " " + thing + (count == 1 ? "" : "s");
    }
}
