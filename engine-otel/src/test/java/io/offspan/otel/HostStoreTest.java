package io.offspan.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreState;
import io.offspan.core.value.SpanStoreException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host whose store could not be opened gets it once what stood in the way has passed. */
@Timeout(180)
class HostStoreTest {
    private static final Duration SOON = Duration.ofMillis(5);
    private static final long POLL_NANOS = 1_000_000;

    @TempDir
    Path path;

    private final LogLines log = new LogLines();
    private final Metrics metrics = new Metrics();

    @AfterEach
    void close() {
        log.close();
    }

    private HostStore open() {
        return open(SOON);
    }

    private HostStore open(Duration firstWait) {
        return HostStore.open(
                OtelSettings.read(
                        DefaultConfigProperties.createFromMap(Map.of(
                                "otel.exporter.offspan.path",
                                path.toString(),
                                "otel.exporter.offspan.max.directories",
                                "1")),
                        ""),
                firstWait);
    }

    private static void span(HostStore host) {
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(OffspanSpanProcessor.into(host::append))
                .build()) {
            provider.get("test").spanBuilder("span").startSpan().end();
        }
    }

    private static void awaitOpen(HostStore host) {
        while (host.store() == null) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean trying() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("offspan-open"));
    }

    @Test
    void saysOnceWhereItStores() {
        HostStore host = open();
        span(host);
        host.shutdown();
        assertThat(log.notes()).hasSize(1);
        assertThat(log.notes().get(0)).contains("stored in " + path.resolve("0"));
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void storesOnceTheOtherProcessHasLetGo() {
        HostStore host;
        try (SpanStore other = SpanStore.open(path.resolve("0"))) {
            host = open();
            span(host);
            assertThat(host.store()).isNull();
            assertThat(other.failure()).isNull();
        }
        awaitOpen(host);
        span(host);
        assertThat(StoredSpans.in(path.resolve("0"))).isEqualTo(1);
        assertThat(host.notOpen()).isEqualTo(1);
        assertThat(log.lines()).as("said once, whatever the trials").hasSize(1);
        assertThat(log.lines().get(0)).contains("max.directories", "tried again");
        host.shutdown();
        assertThat(log.notes()).hasSize(1);
        assertThat(log.notes().get(0))
                .contains(
                        "stored in " + path.resolve("0") + " from now on",
                        "failed openings: " + host.failedOpenings() + ",",
                        "meanwhile: 1");
    }

    @Test
    void storesOnceWhatIsInTheWayHasBeenPutAway() throws IOException {
        Path file = Files.writeString(path.resolve("0"), "a file where the store should be");
        HostStore host = open();
        assertThat(host.store()).isNull();
        Files.delete(file);
        awaitOpen(host);
        span(host);
        host.shutdown();
        assertThat(StoredSpans.in(path.resolve("0"))).isEqualTo(1);
    }

    @Test
    void aStoreThatHasFailedIsOpenedAgainAndTheMetersGoOn() throws IOException {
        try (SdkMeterProvider meters =
                SdkMeterProvider.builder().registerMetricReader(metrics).build()) {
            HostStore host = open();
            host.meters(StoreMeters.register(meters, host));
            span(host);
            SpanStore first = host.store();
            assertThat(first).isNotNull();
            assertThat(host.flush().join(60, TimeUnit.SECONDS).isSuccess()).isTrue();
            Files.delete(path.resolve("0/lock"));
            assertThat(host.flush().join(60, TimeUnit.SECONDS).isSuccess()).isFalse();
            while (host.store() == null || host.store() == first) {
                span(host);
                LockSupport.parkNanos(POLL_NANOS);
            }
            span(host);
            assertThat(first.state()).isEqualTo(StoreState.CLOSED);
            assertThat(host.store().state()).isEqualTo(StoreState.RUNNING);
            long stored = StoredSpans.in(path.resolve("0"));
            assertThat(metrics.read())
                    .containsEntry("offspan.store.spans.accepted", stored)
                    .containsEntry("offspan.store.openings.failed", 0L);
            host.shutdown();
            assertThat(log.lines()).as("said once").hasSize(1);
            assertThat(log.lines().get(0)).contains("is opened again", "lock was deleted");
            assertThat(log.notes().get(1)).contains("from now on");
        }
    }

    @Test
    void metersFollowTheStoreThatOpensLater() {
        try (SdkMeterProvider meters =
                SdkMeterProvider.builder().registerMetricReader(metrics).build()) {
            HostStore host;
            try (SpanStore other = SpanStore.open(path.resolve("0"))) {
                host = open();
                host.meters(StoreMeters.register(meters, host));
                assertThat(other.failure()).isNull();
                assertThat(metrics.read()).containsEntry("offspan.store.spans.accepted", 0L);
                assertThat(metrics.read().get("offspan.store.openings.failed")).isPositive();
            }
            awaitOpen(host);
            span(host);
            assertThat(metrics.read())
                    .containsEntry("offspan.store.spans.accepted", 1L)
                    .containsEntry("offspan.store.spans.pending", 1L);
            host.shutdown();
        }
    }

    @Test
    void doesNotTryAgainAfterItsEnd() {
        try (SpanStore other = SpanStore.open(path.resolve("0"))) {
            HostStore host = open();
            assertThat(host.shutdown().isSuccess()).isTrue();
            while (trying()) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            assertThat(host.store()).isNull();
            assertThat(other.failure()).isNull();
        }
    }

    @Test
    void aFlushWhileAFailedStoreIsReplacedIsNoSuccess() throws IOException {
        HostStore host = open(Duration.ofMinutes(1));
        span(host);
        Files.delete(path.resolve("0/lock"));
        assertThat(host.flush().join(60, TimeUnit.SECONDS).isSuccess()).isFalse();
        while (host.store() != null) {
            span(host);
            LockSupport.parkNanos(POLL_NANOS);
        }
        assertThat(host.flush().join(60, TimeUnit.SECONDS).isSuccess())
                .as("the minute before the store is opened again")
                .isFalse();
        assertThat(host.shutdown().isSuccess()).isTrue();
    }

    @Test
    void aDiskWithErrorsIsTriedEverMoreRarely() {
        Throwable sick = new SpanStoreException("no store", new IOException("slabs: Input/output error"));
        Throwable held = new SpanStoreException.Locked("held");
        assertThat(Duration.ofNanos(HostStore.longestWaitNanos(sick))).isEqualTo(Duration.ofSeconds(30));
        assertThat(Duration.ofNanos(HostStore.longestWaitNanos(held))).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void theStoreOfAConfiguredSdkIsFoundAsLongAsItRuns() {
        assertThat(Offspan.current()).isEmpty();
        HostStore host = open();
        span(host);
        SpanStore found = Offspan.current().orElseThrow();
        assertThat(found).isSameAs(host.store());
        assertThat(found.directory()).isEqualTo(path.resolve("0"));
        HostStore without = open();
        assertThat(without.store()).as("the path has one directory").isNull();
        assertThat(Offspan.all()).containsExactly(found);
        without.shutdown();
        host.shutdown();
        assertThat(Offspan.all()).isEmpty();
    }
}
