package io.offspan.it.export;

import io.offspan.core.StoreReader;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.ExportStatus;
import io.offspan.it.export.SharedCounts.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * An exporter beside the process that writes the store: begins at the first byte of its standard input, sends what is left at the
 * second, and ends.
 *
 * <p>Arguments: data directory, file of its counts, longest wait that the receiver may ask for in milliseconds. The destination comes
 * from the environment.
 */
final class ExporterProcess {
    private static final int FAILED = 5;
    private static final long POLL_NANOS = 2_000_000;
    private static final Duration DRAIN = Duration.ofSeconds(60);

    private static volatile boolean ending;

    private ExporterProcess() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        SharedCounts counts = SharedCounts.open(Path.of(arguments[1]));
        ExportConfig config = ExportConfig.builder()
                .environment(System.getenv())
                .backoffMin(Duration.ofMillis(5))
                .retryAfterCap(Duration.ofMillis(Long.parseLong(arguments[2])))
                .build();
        System.out.println(config);
        if (System.in.read() < 0) {
            return;
        }
        boolean drained;
        try (StoreReader reader = StoreReader.open(directory);
                ExportAgent agent = ExportAgent.start(reader, directory, config)) {
            Thread ender = new Thread(ExporterProcess::awaitEnd, "ender");
            ender.setDaemon(true);
            ender.start();
            ExportStatus before = null;
            while (!ending) {
                before = say(agent.status(), before, counts);
                LockSupport.parkNanos(POLL_NANOS);
            }
            drained = agent.drain(DRAIN);
            say(agent.status(), before, counts);
            System.out.println("drained " + drained + " " + agent.status());
        }
        Runtime.getRuntime().exit(drained ? 0 : FAILED);
    }

    private static void awaitEnd() {
        try {
            if (System.in.read() < 0) {
                // The parent is gone.
                Runtime.getRuntime().halt(0);
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(FAILED);
        }
        ending = true;
    }

    private static ExportStatus say(ExportStatus now, ExportStatus before, SharedCounts counts) {
        if (before == now) {
            return now;
        }
        counts.set(Name.LAG, now.lagSpans());
        counts.set(Name.RETRIES, now.retries());
        counts.set(Name.PAUSES, now.pauses());
        counts.set(Name.CAPPED_WAITS, now.cappedWaits());
        counts.set(Name.TOO_LARGE, now.tooLargeSpans() + now.unreadableSpans() + now.damagedBlocks());
        counts.set(Name.SKIPPED, now.skippedByRetention());
        counts.set(Name.REJECTED, now.rejectedSpans());
        counts.set(Name.POISONED, now.poisonedSpans());
        counts.set(Name.SPANS, now.spans());
        if (before == null || before.state() != now.state() || !before.reason().equals(now.reason())) {
            System.out.println(now);
        }
        return now;
    }
}
