package io.offspan.core.value;

import java.util.Map;

/**
 * What a metric was at one moment.
 *
 * @param metric what was measured
 * @param attributes which part of it, by name and value; none where there is only one
 * @param value how much
 */
public record Reading(Metric metric, Map<String, String> attributes, long value) {
    /** Makes a reading of the whole. */
    public Reading(Metric metric, long value) {
        this(metric, Map.of(), value);
    }
}
