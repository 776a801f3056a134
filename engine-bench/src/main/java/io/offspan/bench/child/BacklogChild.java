package io.offspan.bench.child;

import io.offspan.bench.measure.Memory;
import io.offspan.core.StoreReader;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.ExportStatus.State;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the backlog of a store to a receiver, and says what lives on the heap after a tenth of it and at the end.
 *
 * <p>Arguments: directory, address of the receiver, spans of the store.
 */
public final class BacklogChild {
    private static final int TENTH = 10;
    private static final long POLL_NANOS = 1_000_000;

    private BacklogChild() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        long spans = Long.parseLong(arguments[2]);
        ExportConfig config = ExportConfig.builder()
                .baseEndpoint(URI.create(arguments[1]))
                .checkpointName("bench-heap")
                .build();
        try (StoreReader reader = StoreReader.open(directory);
                ExportAgent agent = ExportAgent.start(reader, directory, config)) {
            await(agent, spans / TENTH);
            long early = Memory.liveHeapBytes();
            await(agent, spans);
            Figures.print(
                    "spans", agent.status().spans(),
                    "retries", agent.status().retries(),
                    "heapEarly", early,
                    "heapEnd", Memory.liveHeapBytes(),
                    "anonymousBytes", Memory.anonymousBytes(),
                    "collections", collections());
        }
        System.out.flush();
    }

    private static void await(ExportAgent agent, long spans) {
        while (agent.status().spans() < spans) {
            if (agent.status().state() == State.FAILED) {
                throw new IllegalStateException(agent.status().toString());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
