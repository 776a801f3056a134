package io.offspan.query.discover;

import java.util.Comparator;

/**
 * How many spans have a name and a kind.
 *
 * <p>They sort by spans, the most first, then by name and kind.
 *
 * @param kind as TraceQL writes it
 * @param errors how many of the spans have the status error
 */
public record OperationCount(String name, String kind, long spans, long errors) implements Comparable<OperationCount> {
    private static final Comparator<OperationCount> ORDER = Comparator.comparingLong(OperationCount::spans)
            .reversed()
            .thenComparing(OperationCount::name)
            .thenComparing(OperationCount::kind);

    @Override
    public int compareTo(OperationCount other) {
        return ORDER.compare(this, other);
    }
}
