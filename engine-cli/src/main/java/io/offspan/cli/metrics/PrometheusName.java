package io.offspan.cli.metrics;

import io.offspan.core.value.Metric;
import io.offspan.core.value.Metric.Kind;
import java.util.regex.Pattern;

/**
 * What a metric is called in Prometheus, by OpenTelemetry's rule: underscores for dots, the unit behind, {@code _total} behind a counter.
 *
 * @param family the name without {@code _total}
 * @param unit the unit as Prometheus writes it, empty for things that are counted
 * @param series the name that queries use
 */
public record PrometheusName(String family, String unit, String series) {
    private static final Pattern NOT_ALLOWED = Pattern.compile("[^a-zA-Z0-9]+");

    /** Returns the names of a metric. */
    public static PrometheusName of(Metric metric) {
        String unit = unit(metric.unit());
        String words = word(metric.name());
        String family = unit.isEmpty() || words.endsWith("_" + unit) ? words : words + "_" + unit;
        return new PrometheusName(family, unit, metric.kind() == Kind.COUNTER ? family + "_total" : family);
    }

    /** Returns the name of a label. */
    static String word(String name) {
        return NOT_ALLOWED.matcher(name).replaceAll("_");
    }

    private static String unit(String ucum) {
        return switch (ucum) {
            case "By" -> "bytes";
            case "s" -> "seconds";
            default -> {
                if (!ucum.startsWith("{")) {
                    throw new IllegalArgumentException(
                            "The unit '" + ucum + "' has no name here; By, s and counted things in braces have");
                }
                yield "";
            }
        };
    }
}
