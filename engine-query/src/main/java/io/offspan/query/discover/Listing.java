package io.offspan.query.discover;

import io.offspan.query.scan.ScanOutcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What there is of something in a store, in order.
 *
 * @param rows the first, at most as many as the limit of the query
 * @param beyond how many more there are
 * @param outcome what it took, and what could not be read
 */
public record Listing<T>(List<T> rows, long beyond, ScanOutcome outcome) {
    /** Returns the first so many of some rows in their order. */
    public static <T extends Comparable<? super T>> Listing<T> of(List<T> rows, int limit, ScanOutcome outcome) {
        List<T> sorted = new ArrayList<>(rows);
        Collections.sort(sorted);
        List<T> first = List.copyOf(sorted.subList(0, Math.min(limit, sorted.size())));
        return new Listing<>(first, sorted.size() - first.size(), outcome);
    }
}
