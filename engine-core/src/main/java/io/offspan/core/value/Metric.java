package io.offspan.core.value;

/**
 * Something that is measured over and over, under a name by OpenTelemetry's conventions.
 *
 * @param name its name, words with dots between
 * @param kind how its values add up
 * @param unit the unit by UCUM: {@code By}, {@code s}, or what is counted in braces
 * @param description what it says, for people
 */
public record Metric(String name, Kind kind, String unit, String description) {
    /** How values add up. */
    public enum Kind {
        /** A count that only grows as long as the process lives. */
        COUNTER,
        /** An amount that grows and shrinks; the sum over several processes means something. */
        LEVEL,
        /** A value of which a sum means nothing. */
        GAUGE
    }
}
