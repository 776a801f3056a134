package io.offspan.it.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gate G16: an exporter that samples whole traces is killed again and again while the store is written; what arrives is to the span what
 * an exporter sends that nobody disturbs, and what an oracle keeps that knows no exporter. Four kills; a hundred with the profile
 * {@code gates}.
 */
@Timeout(900)
class SamplingGateIT {
    private static final int KILLS = Integer.getInteger("offspan.sampling.kills", Gate.size(4, 100));
    private static final int KILLS_WITH_A_BUG = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    Path scratch;

    private final TreeSet<Long> arrived = new TreeSet<>();
    private long sent;

    @Test
    void killsChangeNoDecision() throws IOException {
        long seed = Gate.seed();
        run(KILLS, seed, null);
        Set<Long> undisturbed = new TreeSet<>();
        Set<Long> kept = new TreeSet<>();
        SampledTraces oracle;
        try (StoreReader reader = StoreReader.open(store())) {
            oracle = SampledTraces.of(reader);
            kept.addAll(oracle.kept());
            try (OtlpReceiver receiver = OtlpReceiver.start();
                    ExportAgent agent = ExportAgent.start(
                            reader,
                            store(),
                            ExportConfig.builder()
                                    .endpoint(receiver.endpoint())
                                    .checkpointName("undisturbed")
                                    .sampling(policies())
                                    .build())) {
                assertThat(agent.drain(PATIENCE)).as("%s", agent.status()).isTrue();
                undisturbed.addAll(receiver.ids());
            }
        }
        boolean pass = arrived.equals(kept) && undisturbed.equals(kept) && KILLS > 0;
        String line = new Gate("G16", seed)
                .put("kills", KILLS)
                .put("spans", oracle.spans())
                .put("traces", oracle.traces())
                .put("kept_spans", kept.size())
                .put("late_spans", oracle.late())
                .put("sent_again", sent - arrived.size())
                .put("lost", missing(kept, arrived))
                .put("not_kept_but_sent", missing(arrived, kept))
                .report(pass);
        assertThat(undisturbed).as(line).isEqualTo(kept);
        assertThat(arrived).as(line).isEqualTo(kept);
        assertThat(kept.size()).as(line).isBetween(oracle.spans() / 20, oracle.spans() * 19 / 20);
        assertThat(oracle.late()).as(line).isPositive();
    }

    @Tag(Gate.AT_LENGTH)
    @ParameterizedTest
    @ValueSource(strings = {"BUG_PASSES_UNDECIDED", "BUG_DECIDES_AT_ONCE"})
    void aBugTurnsTheGateRed(String bug) throws IOException {
        long seed = Gate.seed();
        run(KILLS_WITH_A_BUG, seed, bug);
        try (StoreReader reader = StoreReader.open(store())) {
            Set<Long> kept = new TreeSet<>(SampledTraces.of(reader).kept());
            boolean red = !arrived.equals(kept);
            new Gate("G16-" + bug, seed)
                    .put("lost", missing(kept, arrived))
                    .put("not_kept_but_sent", missing(arrived, kept))
                    .planted(red);
            assertThat(red).isTrue();
        }
    }

    private static long missing(Set<Long> of, Set<Long> in) {
        return of.stream().filter(id -> !in.contains(id)).count();
    }

    private Path store() {
        return scratch.resolve("store");
    }

    private Path policies() throws IOException {
        return Files.writeString(scratch.resolve("policies.yaml"), SampledTraces.POLICIES);
    }

    /** Writes, kills and starts exporters meanwhile, and lets the last one send what is left. */
    private void run(int kills, long seed, @Nullable String bug) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        StoreConfig config = StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(16)
                .stripes(2)
                .spansPerBlock(64)
                .syncInterval(Duration.ofMillis(20))
                .build();
        try (OtlpReceiver receiver = OtlpReceiver.start();
                SpanStore store = SpanStore.open(store(), config)) {
            TraceWriter writer = new TraceWriter(store, random.split());
            ChildJvm next = prepare(receiver, 0, bug);
            writer.start();
            for (int life = 0; life < kills; life++) {
                ChildJvm exporter = next;
                exporter.go();
                next = prepare(receiver, life + 1, bug);
                if (bug != null || random.nextBoolean()) {
                    awaitMore(receiver, 1 + random.nextInt(200), exporter);
                }
                LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(300)));
                assertThat(exporter.alive()).as(exporter.report()).isTrue();
                exporter.kill();
                exporter.close();
            }
            writer.stop();
            assertThat(store.flush(PATIENCE) && store.awaitSynced(PATIENCE)).isTrue();
            next.go();
            next.go();
            assertThat(next.await((int) PATIENCE.toSeconds())).as(next.report()).isZero();
            next.close();
            arrived.addAll(receiver.ids());
            sent = receiver.ids().size();
        }
    }

    private ChildJvm prepare(OtlpReceiver receiver, int life, @Nullable String bug) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.base());
        environment.put("OFFSPAN_EXPORT_CHECKPOINT", "killed");
        environment.put("OFFSPAN_EXPORT_MAX_BATCH_BYTES", "4096");
        environment.put("OFFSPAN_EXPORT_SAMPLING", policies().toString());
        ChildJvm.Builder child = ChildJvm.of(ExporterProcess.class)
                .scratch(scratch)
                .flag(StderrLogs.FLAG)
                .environment(environment)
                .arguments(store(), scratch.resolve("counts-" + life), 1_000);
        return (bug == null ? child : child.property("offspan.fault", bug)).start();
    }

    /** Waits until so many spans have arrived, or for as long as that may take where most are dropped. */
    private static void awaitMore(OtlpReceiver receiver, int spans, ChildJvm exporter) {
        int wanted = receiver.spans() + spans;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (receiver.spans() < wanted && System.nanoTime() - end < 0 && exporter.alive()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
