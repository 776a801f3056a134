package io.offspan.query.discover;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * How many spans a service has.
 *
 * <p>They sort by spans, the most first, then by name, without one first.
 *
 * @param name null for spans whose resource names none
 * @param errors how many of the spans have the status error
 */
public record ServiceCount(@Nullable String name, long spans, long errors) implements Comparable<ServiceCount> {
    private static final Comparator<ServiceCount> ORDER = Comparator.comparingLong(ServiceCount::spans)
            .reversed()
            .thenComparing(ServiceCount::name, Comparator.nullsFirst(Comparator.naturalOrder()));

    @Override
    public int compareTo(ServiceCount other) {
        return ORDER.compare(this, other);
    }
}
