package io.offspan.export.grpc;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportClock;
import io.offspan.export.ExportConfig;
import io.offspan.export.ExportStatus;
import io.offspan.export.send.Protocol;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A receiver with an exporter of its own checkpoint in front of it, driven by hand, whose time stands still until it is moved. */
final class GrpcDestination implements AutoCloseable {
    static final long EPOCH_MILLIS = 1_790_000_000_000L;

    private static final AtomicInteger NAMES = new AtomicInteger();

    final OtlpReceiver receiver;
    final AtomicLong nanos = new AtomicLong(77);
    final ExportConfig.Builder config;
    private final SpanStore store;
    private ExportAgent agent;

    GrpcDestination(SpanStore store) throws IOException {
        this(store, OtlpReceiver.start());
    }

    GrpcDestination(SpanStore store, OtlpReceiver receiver) {
        this.store = store;
        this.receiver = receiver;
        config = ExportConfig.builder()
                .protocol(Protocol.GRPC)
                .endpoint(URI.create(receiver.base()))
                .checkpointName("grpc-" + NAMES.incrementAndGet())
                .clock(new ExportClock(nanos::get, () -> EPOCH_MILLIS + nanos.get() / 1_000_000, () -> 1.0));
    }

    /** Makes a store with spans of the ids from 1 on, all of them in its log. */
    static SpanStore store(Path directory, int spans) {
        SpanStore store = SpanStore.open(
                directory,
                StoreConfig.builder()
                        .syncInterval(Duration.ofMillis(20))
                        .budgetBytes(1L << 30)
                        .build());
        SpanDraft draft = new SpanDraft();
        for (int i = 1; i <= spans; i++) {
            store.append(draft.clear().ids(1, i, i).name("span " + i).times(i, i + 1));
        }
        if (!store.flush(Duration.ofSeconds(30))) {
            throw new AssertionError("The store does not take its spans: " + store.failure());
        }
        return store;
    }

    /** Steps the exporter until it has nothing to do now, and returns what it says. */
    ExportStatus run() {
        if (agent == null) {
            agent = ExportAgent.open(store.reader(), store.directory(), config.build());
        }
        int steps = 0;
        while (agent.doWork() > 0) {
            if (++steps > 10_000) {
                throw new AssertionError("The exporter does not come to rest: " + agent.status());
            }
        }
        return agent.status();
    }

    /** Lets time pass, then runs. */
    ExportStatus runAfter(Duration time) {
        nanos.addAndGet(time.toNanos());
        return run();
    }

    @Override
    public void close() throws IOException {
        if (agent != null) {
            agent.close();
        }
        receiver.close();
    }
}
