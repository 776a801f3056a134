package io.offspan.export;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus.State;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an exporter leaves of its state for other processes and for the next exporter. */
class KeptStatusTest {
    @TempDir
    Path temporary;

    private SpanStore store;
    private TestDestination to;

    @BeforeEach
    void open() throws IOException {
        store = TestSpans.open(temporary.resolve("store"));
        to = new TestDestination(store);
    }

    @AfterEach
    void close() throws IOException {
        to.close();
        store.close();
    }

    private String name() {
        return to.config.build().checkpointName();
    }

    private KeptStatus kept() {
        return requireNonNull(KeptStatus.read(store.directory(), name()));
    }

    @Test
    void whatIsReadIsWhatTheExporterSaid() {
        TestSpans.append(store, 1, 100);
        to.receiver.then(Reply.answer(503));
        ExportStatus retrying = to.run();
        assertThat(retrying.state()).isEqualTo(State.RETRYING);
        assertThat(kept().status()).isEqualTo(retrying);
        ExportStatus idle = to.runAfter(Duration.ofMinutes(1));
        to.runAfter(Duration.ofSeconds(2));
        KeptStatus last = kept();
        assertThat(last.status()).isEqualTo(idle);
        assertThat(last.endpoint()).isEqualTo(to.config.build().endpoint());
        assertThat(last.at()).isEqualTo(Instant.ofEpochMilli(TestDestination.EPOCH_MILLIS + 62_000));
        assertThat(idle.lastErrorAt()).isEqualTo(Instant.ofEpochMilli(TestDestination.EPOCH_MILLIS));
        assertThat(idle.lastError()).startsWith("503 from");
        assertThat(idle.lastSuccess()).isEqualTo(Instant.ofEpochMilli(TestDestination.EPOCH_MILLIS + 60_000));
    }

    @Test
    void lagIsSaidInSpansBytesAndSeconds() {
        TestSpans.append(store, 1, 100);
        Duration ahead = Duration.ofDays(1_000);
        to.nanos.set(ahead.toNanos());
        to.receiver.usually(Reply.answer(503));
        ExportStatus status = to.run();
        long oldest = store.reader().lag(Position.START).sinceNanos();
        assertThat(status.lagSpans()).isEqualTo(100);
        assertThat(status.lagBytes()).isGreaterThan(100 * 64);
        assertThat(status.lagSeconds())
                .isEqualTo((TestDestination.EPOCH_MILLIS + ahead.toMillis() - oldest / 1_000_000) / 1_000);
        to.receiver.usually(Reply.ok());
        status = to.runAfter(Duration.ofMinutes(1));
        assertThat(status.lagSpans() + status.lagBytes() + status.lagSeconds()).isZero();
    }

    @Test
    void errorsAndDecisionsOutliveTheExporter() throws Exception {
        TestSpans.append(store, 1, 4_000);
        to.config.timeout(Duration.ofMillis(300));
        to.receiver.usually(Reply.answer(504));
        ExportStatus before = to.run();
        assertThat(to.agent().decisions()).isNotEmpty();
        var decisions = to.agent().decisions();
        to.restart();
        assertThat(kept().status().state()).isEqualTo(State.CLOSED);
        assertThat(kept().decisions()).isEqualTo(decisions);
        ExportStatus after = to.agent().status();
        assertThat(after.retries()).isZero();
        assertThat(after.lastError()).isEqualTo(before.lastError());
        assertThat(after.lastErrorAt()).isEqualTo(before.lastErrorAt());
        assertThat(to.agent().decisions()).isEqualTo(decisions);
    }

    @Test
    void allDestinationsOfAStoreAreListedByName() throws IOException {
        assertThat(KeptStatus.readAll(store.directory())).isEmpty();
        to.run();
        try (TestDestination other = new TestDestination(store)) {
            other.run();
            Files.writeString(store.directory().resolve("checkpoints/broken.status"), "version=3\n");
            Files.writeString(store.directory().resolve("checkpoints/.status"), "version=3\n");
            assertThat(KeptStatus.readAll(store.directory()))
                    .extracting(KeptStatus::name)
                    .containsExactlyInAnyOrder(name(), other.config.build().checkpointName());
        }
    }

    @Test
    void whatCannotBeReadStopsNobody() throws IOException {
        Path file = store.directory().resolve("checkpoints").resolve(name() + ".status");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "version=3\nstate=NONSENSE\n");
        assertThat(KeptStatus.read(store.directory(), name())).isNull();
        TestSpans.append(store, 1, 10);
        assertThat(to.run().spans()).isEqualTo(10);
        assertThat(kept().status().state()).isNotEqualTo(State.FAILED);
    }

    @Test
    void spansThatWereDeletedUnsentAreCountedExactlyAndStayCounted() throws IOException {
        TestSpans.append(store, 1, 100);
        store.close();
        // With slabs made anew an opening does not continue the last segment.
        Files.delete(temporary.resolve("store").resolve("slabs"));
        store = TestSpans.open(temporary.resolve("store"));
        TestSpans.append(store, 101, 120);
        try (StoreReader beside = StoreReader.open(store.directory())) {
            ExportConfig config = to.config.maxBatchBytes(1024).build();
            long sent;
            try (ExportAgent agent = ExportAgent.open(beside, store.directory(), config)) {
                assertThat(agent.doWork()).isEqualTo(1);
                sent = agent.status().spans();
                try (Stream<Path> files = Files.list(store.directory().resolve("log"))) {
                    Files.delete(files.filter(file -> file.toString().endsWith(".cq4"))
                            .sorted()
                            .findFirst()
                            .orElseThrow());
                }
                assertThat(agent.drain(Duration.ofSeconds(60))).isTrue();
                assertThat(agent.status().lostSpans()).isEqualTo(100 - sent);
                assertThat(agent.status().spans()).isEqualTo(sent + 20);
            }
            try (ExportAgent next = ExportAgent.open(beside, store.directory(), config)) {
                assertThat(next.status().lostSpans()).isEqualTo(100 - sent);
            }
        }
    }
}
