package io.offspan.it.export;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanStatus;
import io.offspan.codec.span.SpanView;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What policies keep of a log, by the shortest code that says so: everything is read into memory, and then decided trace by trace. */
final class SampledTraces {
    static final String POLICIES = """
            decision_wait: 200ms
            num_traces: 1_000_000
            decision_cache: {sampled_cache_size: 1_000_000}
            policies:
              - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
              - {name: some, type: ratio, ratio: {probability: 0.25}}
              - {name: rate, type: rate_limiting, rate_limiting: {spans_per_second: 20}}
              - {name: health, type: drop, drop: {drop_sub_policy: [{name: h, type: traceql, traceql: '{ name = "health" }'}]}}
            """;

    private static final long WAIT_NANOS = 200_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final long RATE = 20;

    private final Map<Long, List<Seen>> traces = new LinkedHashMap<>();
    private final List<Long> kept = new ArrayList<>();
    private long late;
    private long bucket = 2 * RATE * SECOND;
    private long last;

    private record Seen(long id, long arrival, boolean error, boolean health) {}

    private SampledTraces() {}

    static SampledTraces of(StoreReader reader) {
        SampledTraces sampled = new SampledTraces();
        try (StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocksOldestFirst();
            while (blocks.next()) {
                BlockReader block = blocks.open();
                for (int i = 0; i < block.count(); i++) {
                    sampled.see(block.span(i), blocks.ingestTimeNanos());
                }
            }
        }
        sampled.traces.values().forEach(sampled::decide);
        return sampled;
    }

    private void see(SpanView span, long arrival) {
        traces.computeIfAbsent(span.traceIdLow(), trace -> new ArrayList<>())
                .add(new Seen(
                        span.spanId(),
                        arrival,
                        span.statusCode() == SpanStatus.ERROR.ordinal(),
                        span.name().equals("health")));
    }

    private void decide(List<Seen> all) {
        long decided = all.get(0).arrival + WAIT_NANOS;
        List<Seen> inTime = all.stream().filter(span -> span.arrival < decided).toList();
        late += all.size() - inTime.size();
        bucket = last == 0 ? bucket : Math.min(bucket + (decided - last) * RATE, 2 * RATE * SECOND);
        last = decided;
        boolean rate = inTime.size() <= bucket / SECOND;
        bucket -= rate ? inTime.size() * SECOND : 0;
        boolean ratio = randomness(all) >= 3L << 54;
        boolean error = inTime.stream().anyMatch(Seen::error);
        if ((error || ratio || rate) && inTime.stream().noneMatch(Seen::health)) {
            all.forEach(span -> kept.add(span.id));
        }
    }

    private static long randomness(List<Seen> all) {
        return TraceWriter.trace(all.get(0).id - 1) & (1L << 56) - 1;
    }

    Collection<Long> kept() {
        return kept;
    }

    int spans() {
        return traces.values().stream().mapToInt(List::size).sum();
    }

    int traces() {
        return traces.size();
    }

    /** Returns how many spans came after their trace was decided. */
    long late() {
        return late;
    }
}
