package io.offspan.export.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.Replay;
import io.offspan.export.ReplayPlan;
import io.offspan.export.pack.Compression;
import io.offspan.export.send.Protocol;
import io.offspan.testkit.otlp.OtlpArbitraries;
import io.offspan.testkit.otlp.SpanBag;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What a receiver gets is what was appended: spans of every shape, by either protocol, packed in every way, exported and replayed. */
class RoundTripPropertyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final SpanBag EVER = new SpanBag();
    private static final List<ExportAgent> AGENTS = new ArrayList<>();
    private static final List<ExportConfig> CONFIGS = new ArrayList<>();

    private static Path folder;
    private static SpanStore store;
    private static OtlpReceiver receiver;

    @BeforeContainer
    static void start() throws IOException {
        folder = Files.createTempDirectory("round-trip");
        store = SpanStore.open(
                folder.resolve("store"),
                StoreConfig.builder().syncInterval(Duration.ofMillis(20)).build());
        receiver = OtlpReceiver.start();
        for (Protocol protocol : Protocol.values()) {
            for (Compression packing : List.of(Compression.NONE, Compression.GZIP, Compression.ZSTD)) {
                ExportConfig config = ExportConfig.builder()
                        .protocol(protocol)
                        .compression(packing)
                        .baseEndpoint(URI.create(receiver.base()))
                        // A request that is sent again because a busy machine was late might arrive twice.
                        .timeout(PATIENCE)
                        .checkpointName(protocol.name().toLowerCase(Locale.ROOT) + "-" + packing.word())
                        .build();
                CONFIGS.add(config);
                AGENTS.add(ExportAgent.open(store.reader(), store.directory(), config));
            }
        }
    }

    @AfterContainer
    static void stop() throws IOException {
        AGENTS.forEach(ExportAgent::close);
        store.close();
        receiver.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    Arbitrary<ExportTraceServiceRequest> requests() {
        return OtlpArbitraries.requests();
    }

    @Property(tries = 25)
    void everyDestinationGetsWhatWasAppended(@ForAll("requests") ExportTraceServiceRequest request) throws Exception {
        SpanBag appended = SpanBag.of(request);
        assertThat(store.appendOtlp(request.toByteArray()).accepted()).isEqualTo(appended.size());
        EVER.add(appended);
        assertThat(store.flush(PATIENCE)).isTrue();
        for (int i = 0; i < AGENTS.size(); i++) {
            ExportAgent agent = AGENTS.get(i);
            assertThat(agent.drain(PATIENCE)).as("%s", agent.status()).isTrue();
            assertThat(arrived())
                    .as("exported, %s", CONFIGS.get(i).checkpointName())
                    .isEqualTo(appended);
        }
    }

    @Property(tries = 3)
    void aReplaySendsThemOnceMore(@ForAll("requests") ExportTraceServiceRequest request) throws Exception {
        everyDestinationGetsWhatWasAppended(request);
        for (ExportConfig config : CONFIGS) {
            try (Replay replay =
                    Replay.open(store.reader(), config, ReplayPlan.everything().atSpeed(Double.POSITIVE_INFINITY))) {
                while (!replay.status().state().over()) {
                    LockSupport.parkNanos(replay.step());
                }
                assertThat(replay.status().spans()).isEqualTo(EVER.size());
            }
            assertThat(arrived()).as("replayed, %s", config.checkpointName()).isEqualTo(EVER);
        }
    }

    /** Takes what has arrived since it was asked last. */
    private static SpanBag arrived() {
        SpanBag bag = new SpanBag();
        receiver.accepted().forEach(each -> bag.add(each.message()));
        receiver.take();
        return bag;
    }
}
