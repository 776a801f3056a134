package io.offspan.it.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.pack.Compression;
import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Retention beside an exporter that has died: the budget waits for nobody and counts what it took, age waits as long as the hold says. */
@Timeout(300)
class DeadExporterIT {
    private static final int LARGE = 200_000;
    private static final Duration WAIT = Duration.ofSeconds(60);

    @TempDir
    Path scratch;

    private final SpanLedger ledger = new SpanLedger();
    private long written;

    @Test
    void theBudgetGoesOnAndCountsWhatItTookFromADeadExporter() throws IOException {
        try (LedgerReceiver receiver = new LedgerReceiver(ledger, 0);
                SpanStore store = SpanStore.open(scratch, smallBudget())) {
            append(store, 20, LARGE);
            try (ExportAgent agent = ExportAgent.start(store, config(receiver))) {
                assertThat(agent.drain(WAIT)).isTrue();
            }
            for (int i = 0; i < 40 && store.counters().get(Counter.RETIRED_UNEXPORTED_SPANS) == 0; i++) {
                append(store, 20, LARGE);
                store.flush(WAIT);
                store.awaitSynced(WAIT);
            }
            try (ExportAgent agent = ExportAgent.start(store, config(receiver))) {
                assertThat(agent.drain(WAIT)).isTrue();
                long lost = written - ledger.delivered();
                boolean pass = lost > 0
                        && lost == store.counters().get(Counter.RETIRED_UNEXPORTED_SPANS)
                        && agent.status().skippedByRetention() > 0
                        && ledger.duplicates() == 0;
                String line = new Gate("export-retention", 0)
                        .put("spans", written)
                        .put("delivered", ledger.delivered())
                        .put("taken_unsent", lost)
                        .put("counted", store.counters().get(Counter.RETIRED_UNEXPORTED_SPANS))
                        .put("skips", agent.status().skippedByRetention())
                        .report(pass);
                assertThat(pass).as(line).isTrue();
            }
        }
    }

    @Test
    void aDeadDestinationCostsTheOtherNothingAndItsOwnLossIsCountedToTheSpan() throws IOException {
        SpanLedger ofDead = new SpanLedger();
        try (LedgerReceiver receiver = new LedgerReceiver(ledger, 0);
                LedgerReceiver deadReceiver = new LedgerReceiver(ofDead, 0);
                SpanStore store = SpanStore.open(scratch, smallBudget());
                ExportAgent agent = ExportAgent.start(store, config(receiver));
                ExportAgent dead = ExportAgent.start(store, patient(deadReceiver))) {
            append(store, 20, LARGE);
            assertThat(agent.drain(WAIT) && dead.drain(WAIT)).isTrue();
            deadReceiver.stop();
            for (int i = 0; i < 40 && dead.status().lostSpans() == 0; i++) {
                append(store, 20, LARGE);
                assertThat(store.flush(WAIT) && store.awaitSynced(WAIT)).isTrue();
                assertThat(agent.drain(WAIT)).as("the other one keeps up").isTrue();
                assertThat(agent.status().lagSpans()).isZero();
            }
            deadReceiver.start();
            await(() -> dead.drain(WAIT));
            long lost = written - ofDead.delivered();
            boolean pass = lost > 0
                    && lost == dead.status().lostSpans()
                    && agent.status().lostSpans() == 0
                    && ledger.delivered() == written
                    && ledger.duplicates() + ofDead.duplicates() == 0;
            String line = new Gate("export-dead-destination", 0)
                    .put("spans", written)
                    .put("delivered", ledger.delivered())
                    .put("delivered_late", ofDead.delivered())
                    .put("lost", lost)
                    .put("counted", dead.status().lostSpans())
                    .put("duplicates", ledger.duplicates() + ofDead.duplicates())
                    .report(pass);
            assertThat(pass).as(line).isTrue();
        }
    }

    private static ExportConfig patient(LedgerReceiver receiver) {
        return ExportConfig.builder()
                .baseEndpoint(URI.create("http://localhost:" + receiver.port()))
                .compression(Compression.NONE)
                .checkpointName("dead")
                .backoffMin(Duration.ofMillis(10))
                .backoffMax(Duration.ofMillis(100))
                .build();
    }

    @Test
    void ageWaitsForADeadExporterOnlyAsLongAsItsHoldAllows() throws IOException {
        StoreConfig config = smallSegments()
                .budgetBytes(1L << 40)
                .maxAge(Duration.ofSeconds(1))
                .holdMaxAge(Duration.ofHours(1))
                .build();
        try (LedgerReceiver receiver = new LedgerReceiver(ledger, 0);
                SpanStore store = SpanStore.open(scratch, config)) {
            append(store, 100, 0);
            try (ExportAgent agent = ExportAgent.start(store, config(receiver))) {
                assertThat(agent.drain(WAIT)).isTrue();
            }
            append(store, 30_000, 0);
            store.flush(WAIT);
            // Retention has looked at segments older than their age, and left them.
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
            await(() -> System.nanoTime() - until > 0);
            assertThat(store.counters().get(Counter.RETIRED_SEGMENTS))
                    .as("held")
                    .isZero();
            Path checkpoint =
                    scratch.resolve("checkpoints").resolve(config(receiver).checkpointName());
            Files.setLastModifiedTime(
                    checkpoint, FileTime.fromMillis(System.currentTimeMillis() - TimeUnit.HOURS.toMillis(2)));
            append(store, 1, 0);
            await(() -> store.counters().get(Counter.RETIRED_SEGMENTS) > 0);
        }
    }

    private static StoreConfig smallBudget() {
        return StoreConfig.builder()
                .slabBytes(1 << 20)
                .slabs(8)
                .stripes(4)
                .maxSpanBytes(256 << 10)
                .segmentBytes(8 << 20)
                .budgetBytes(64 << 20)
                .syncInterval(Duration.ofMillis(20))
                .build();
    }

    private static StoreConfig.Builder smallSegments() {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(32)
                .stripes(4)
                .spansPerBlock(256)
                .maxSpanBytes(256 << 10)
                .segmentBytes(2 << 20)
                .syncInterval(Duration.ofMillis(20));
    }

    private static ExportConfig config(LedgerReceiver receiver) {
        return ExportConfig.builder()
                .baseEndpoint(URI.create("http://localhost:" + receiver.port()))
                .compression(Compression.NONE)
                .build();
    }

    /** Appends spans, each with so many bytes more that no other has. */
    private void append(SpanStore store, int count, int moreBytes) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        byte[] filler = new byte[moreBytes];
        for (long last = written + count; written < last; ) {
            span.fill(appender.draft(), 0, written + 1);
            if (moreBytes > 0) {
                ByteBuffer.wrap(filler).putLong(written);
                appender.draft().attribute("filler", filler);
            }
            if (appender.append() == AppendResult.ACCEPTED) {
                written++;
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waited in vain").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }
}
