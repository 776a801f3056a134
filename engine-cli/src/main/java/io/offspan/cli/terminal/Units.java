package io.offspan.cli.terminal;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations, instants and sizes, as the command line writes and reads them. */
public final class Units {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|μs|ms|s|m|h|d|w)");
    private static final Pattern DURATION = Pattern.compile("(?:" + PART.pattern() + ")+");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int KIB = 1024;

    private Units() {}

    /** Reads a duration such as {@code 100ms}, {@code 1.5s} or {@code 1h30m} as nanoseconds. */
    public static final class DurationNanos implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            String given = text.strip();
            if (!isDuration(given)) {
                throw new TypeConversionException(
                        "'" + text
                                + "' is not a duration; write numbers with ns, us, ms, s, m, h, d or w, such as 100ms or 1h30m");
            }
            BigDecimal sum = BigDecimal.ZERO;
            Matcher part = PART.matcher(given);
            while (part.find()) {
                sum = sum.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanosOf(part.group(2)))));
            }
            try {
                return sum.toBigInteger().longValueExact();
            } catch (ArithmeticException e) {
                throw new TypeConversionException("'" + text + "' is more than the longest duration, 292 years");
            }
        }
    }

    static boolean isDuration(String text) {
        return DURATION.matcher(text).matches();
    }

    static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs", "μs" -> 1_000L; // both the sign and the Greek letter
            case "ms" -> 1_000_000L;
            case "s" -> NANOS_PER_SECOND;
            case "m" -> 60 * NANOS_PER_SECOND;
            case "h" -> 3600 * NANOS_PER_SECOND;
            case "d" -> Duration.ofDays(1).toNanos();
            default -> Duration.ofDays(7).toNanos();
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

    /** Writes what a count of things does: {@code 1 span was rejected}, {@code 3 spans were rejected}. */
    public static String count(long count, String thing, String one, String many) {
        return count(count, thing) + " " + (count == 1 ? one : many);
    }

    /** Writes a count of things: {@code 1 span}, {@code 3,318 spans}. */
    public static String count(long count, String thing) {
        return count(count) + " " + thing + (count == 1 ? "" : "s");
    }
}
