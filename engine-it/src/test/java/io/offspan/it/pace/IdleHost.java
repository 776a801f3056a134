package io.offspan.it.pace;

import com.sun.management.OperatingSystemMXBean;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.it.gate.StampedSpan;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A host that appends a little, then does nothing with its open store, and prints the processor time that the process used meanwhile.
 *
 * <p>Arguments: data directory, seconds, and the address of a receiver if an exporter is to run in the host.
 */
final class IdleHost {
    private static final int SPANS = 1_000;
    /** The compiler still works on what start-up made hot. */
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private IdleHost() {}

    public static void main(String[] arguments) {
        long nanos = TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[1]));
        try (SpanStore store = SpanStore.open(Path.of(arguments[0]))) {
            SpanAppender appender = store.newAppender();
            StampedSpan span = new StampedSpan();
            for (int i = 1; i <= SPANS; i++) {
                span.fill(appender.draft(), 0, i);
                appender.append();
            }
            if (!store.awaitSynced(Duration.ofSeconds(60))) {
                throw new IllegalStateException("not synced", store.failure());
            }
            if (arguments.length > 2) {
                measureWithExporter(store, nanos, URI.create(arguments[2]));
            } else {
                measure(nanos);
            }
            System.out.println("accepted " + store.counters().get(Counter.ACCEPTED));
        }
    }

    private static void measureWithExporter(SpanStore store, long nanos, URI receiver) {
        ExportConfig config = ExportConfig.builder().baseEndpoint(receiver).build();
        try (ExportAgent exporter = ExportAgent.start(store, config)) {
            if (!exporter.drain(Duration.ofSeconds(60))) {
                throw new IllegalStateException("not exported: " + exporter.status());
            }
            measure(nanos);
            System.out.println("exported " + exporter.status().spans());
        }
    }

    private static void measure(long nanos) {
        rest(SETTLE_NANOS);
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = process.getProcessCpuTime();
        long began = System.nanoTime();
        rest(nanos);
        cpu = process.getProcessCpuTime() - cpu;
        long wall = System.nanoTime() - began;
        System.out.println("cpuNanos " + cpu);
        System.out.println("wallNanos " + wall);
    }

    private static void rest(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
