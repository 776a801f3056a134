package io.offspan.sample.policy;

import io.offspan.sample.yaml.YamlValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as collectors write them: {@code 30s}, {@code 1m30s}, {@code 1.5h}. */
final class Durations {
    private static final Pattern PART = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|us|µs|ns|s|m|h)");

    private Durations() {}

    /** Returns the nanoseconds of a duration within bounds. */
    static long nanos(YamlValue value, long least, long most) {
        String text = value.text();
        Matcher part = PART.matcher(text);
        double nanos = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            nanos += Double.parseDouble(part.group(1)) * unit(part.group(2));
            end = part.end();
        }
        if (end == 0 || end < text.length() || nanos < least || nanos > most) {
            throw value.wrong("is '" + text + "', allowed are durations such as 30s or 1m30s from " + least / 1_000_000
                    + "ms to " + most / 3_600_000_000_000L + "h");
        }
        return (long) nanos;
    }

    private static double unit(String name) {
        return switch (name) {
            case "ns" -> 1;
            case "us", "µs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3_600e9;
        };
    }
}
