package io.offspan.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Damage;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log whose oldest segments are deleted many times a second is checked without a finding. */
class VerifyBesideRetentionIT {
    private static final long NANOS = 1_000_000_000L * Gate.size(1, 4);
    private static final int LEAST_RETIRED = 10;

    @TempDir
    Path scratch;

    private volatile boolean done;

    @Test
    void whatRetentionTakesIsNoDamage() throws InterruptedException {
        Path directory = scratch.resolve("store");
        StoreConfig config = StoreConfig.builder()
                .slabs(32)
                .slabBytes(64 << 10)
                .stripes(2)
                .spansPerBlock(128)
                .segmentBytes(4 << 20)
                .segmentSpans(2_048)
                .budgetBytes(1L << 40)
                .maxAge(Duration.ofMillis(100))
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(10))
                .syncInterval(Duration.ofMillis(10))
                .build();
        List<Damage> found = new ArrayList<>();
        int checks = 0;
        long retired;
        try (SpanStore store = SpanStore.open(directory, config)) {
            Thread writer = new Thread(() -> write(store));
            writer.start();
            while (retired(store) == 0) {
                assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            }
            long end = System.nanoTime() + NANOS;
            while (System.nanoTime() - end < 0 || retired(store) <= LEAST_RETIRED) {
                try (StoreReader reader = StoreReader.open(directory)) {
                    reader.verify(found::add);
                    found.addAll(reader.damages());
                }
                checks++;
            }
            done = true;
            writer.join();
            retired = retired(store);
            assertThat(store.counters().get(Counter.VANISHED_SPANS)).isZero();
            assertThat(store.failure()).isNull();
        }
        System.out.println(
                "GATE verify-beside-retention checks=" + checks + " retired=" + retired + " findings=" + found.size());
        assertThat(found).isEmpty();
        assertThat(retired).as("segments deleted meanwhile").isGreaterThan(LEAST_RETIRED);
    }

    private static long retired(SpanStore store) {
        return store.counters().get(Counter.RETIRED_SEGMENTS);
    }

    private void write(SpanStore store) {
        SpanDraft draft = new SpanDraft();
        StampedSpan span = new StampedSpan().small();
        for (int i = 1; !done; i++) {
            span.fill(draft, 1, i);
            store.append(draft);
        }
    }
}
