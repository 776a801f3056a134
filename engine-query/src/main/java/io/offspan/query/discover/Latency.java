package io.offspan.query.discover;

/**
 * How long spans took: half of them at most the first, 95 and 99 of a hundred at most the others. Right within 0.4 %; {@link #UNKNOWN} where
 * no span has an end.
 */
public record Latency(long p50Nanos, long p95Nanos, long p99Nanos) {
    public static final long UNKNOWN = -1;
}
