package io.offspan.query.discover;

import java.util.Comparator;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Which groups of spans come first: those with most spans or errors, or the slowest; of equal ones those with more spans, then by their values. */
public enum RatesOrder {
    SPANS(SpanRates::spans),
    ERRORS(SpanRates::errors),
    P50(rates -> rates.latency().p50Nanos()),
    P95(rates -> rates.latency().p95Nanos()),
    P99(rates -> rates.latency().p99Nanos());

    private final Comparator<SpanRates> comparator;

    RatesOrder(ToLongFunction<SpanRates> by) {
        comparator = Comparator.comparingLong(by)
                .thenComparingLong(SpanRates::spans)
                .reversed()
                .thenComparing(rates -> rates.values().toString());
    }

    /** Returns a comparator of this order. */
    public Comparator<SpanRates> comparator() {
        return comparator;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
