package io.offspan.it.export;

import io.offspan.export.pack.Compression;
import io.offspan.export.send.Protocol;
import io.offspan.it.export.SharedCounts.Name;
import io.offspan.testkit.gate.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The exporter of one store in one process after the other, each of which compresses in another way. The next one is started while the
 * present one works, and waits.
 *
 * <p><b>Threads.</b> One. <b>Owns</b> the processes.
 */
final class ExporterLives implements AutoCloseable {
    static final String CHECKPOINT = "gate";

    /** So long that a busy machine answers within it: the receiver does not know of a time-out that it has caused. */
    private static final int TIMEOUT_MILLIS = 3_000;

    private static final int MAX_BATCH_BYTES = 32 << 10;
    /** Requests that fill up with what the writer appends meanwhile, so that several go at once. */
    private static final int SMALL_BATCH_BYTES = 4 << 10;

    /** A deadly point is passed at least twice and less often than this together. */
    private static final int MOST_PASSES = 10;

    private static final List<Compression> WAYS = List.of(Compression.NONE, Compression.GZIP, Compression.ZSTD);

    private final Path scratch;
    private final Path store;
    private final int firstWay;
    private final int port;
    private final Protocol protocol;
    private final int requests;
    private final @Nullable String bug;
    private final Deque<String> points = new ArrayDeque<>();
    private final Canaries canaries = new Canaries();
    private @Nullable ChildJvm exporter;
    private @Nullable ChildJvm next;
    private SharedCounts counts;
    private SharedCounts nextCounts;
    private int begun;
    private long rejected;
    private long poisoned;

    /**
     * Prepares the first one.
     *
     * @param requests how many requests each has under way at once, where there is enough to send
     * @param bug the bug that every exporter without a crash point has planted, or null
     */
    ExporterLives(
            Path scratch,
            Path store,
            int port,
            Protocol protocol,
            int requests,
            List<Fault> plan,
            SplittableRandom random,
            @Nullable String bug) {
        this.scratch = scratch;
        this.store = store;
        this.port = port;
        this.protocol = protocol;
        this.requests = requests;
        this.bug = bug;
        firstWay = random.nextInt(WAYS.size());
        points.add("");
        for (Fault fault : plan) {
            if (fault.deadlyPoint() != null) {
                points.add(fault.deadlyPoint() + ":" + random.nextInt(2, MOST_PASSES));
            }
            if (fault.kills()) {
                points.add("");
            }
        }
        nextCounts = SharedCounts.open(scratch.resolve("counts-0"));
        counts = nextCounts;
        prepare();
    }

    private void prepare() {
        String point = points.poll();
        if (point == null) {
            next = null;
            return;
        }
        Compression way = WAYS.get((firstWay + begun) % WAYS.size());
        Path file = scratch.resolve("counts-" + begun++);
        Map<String, String> environment = new HashMap<>(Canaries.environment(port, protocol));
        environment.put("OTEL_EXPORTER_OTLP_COMPRESSION", way.word());
        environment.put("OTEL_EXPORTER_OTLP_TIMEOUT", String.valueOf(TIMEOUT_MILLIS));
        environment.put("OFFSPAN_EXPORT_CHECKPOINT", CHECKPOINT);
        environment.put(
                "OFFSPAN_EXPORT_MAX_BATCH_BYTES", String.valueOf(requests == 1 ? MAX_BATCH_BYTES : SMALL_BATCH_BYTES));
        environment.put("OFFSPAN_EXPORT_CONCURRENT_REQUESTS", String.valueOf(requests));
        // Else it would begin with one and try more only while it is behind.
        environment.put("OFFSPAN_EXPORT_ADAPTIVE", String.valueOf(requests == 1));
        environment.put("OFFSPAN_EXPORT_BACKOFF_MAX", "50");
        environment.put("OFFSPAN_EXPORT_PROBE_INTERVAL", String.valueOf(Fault.PROBE_MILLIS));
        ChildJvm.Builder child = ChildJvm.of(ExporterProcess.class)
                .scratch(scratch)
                .flag(StderrLogs.FLAG)
                .environment(environment)
                .arguments(store, file, Fault.RETRY_AFTER_CAP_MILLIS);
        String fault = point.isEmpty() ? bug : point;
        next = (fault == null ? child : child.property("offspan.fault", fault)).start();
        nextCounts = SharedCounts.open(file);
    }

    /** Lets the next exporter go to work. */
    void takeOver() {
        exporter = next;
        counts = nextCounts;
        exporter.go();
        prepare();
    }

    /** Returns the exporter at work. */
    ChildJvm exporter() {
        return exporter;
    }

    /** Returns what the exporter at work says of itself. */
    long count(Name name) {
        return counts.get(name);
    }

    /** Returns how many spans all exporters together have seen rejected. */
    long rejected() {
        return rejected + (exporter == null ? 0 : counts.get(Name.REJECTED));
    }

    /** Returns how many spans all exporters together have given up as poisonous. */
    long poisoned() {
        return poisoned + (exporter == null ? 0 : counts.get(Name.POISONED));
    }

    /** Takes leave of an exporter that has ended, and of its counts. */
    void bury() throws IOException {
        canaries.search(exporter, store.resolve("checkpoints"));
        rejected += counts.get(Name.REJECTED);
        poisoned += counts.get(Name.POISONED);
        exporter.close();
        exporter = null;
    }

    /** Returns how many exporters have ended before the one at work. */
    int ended() {
        return begun - 1;
    }

    /** Returns how many ways to compress there have been. */
    int ways() {
        return Math.min(begun, WAYS.size());
    }

    /** Returns where secrets were found. */
    List<String> leaks() {
        return canaries.leaks();
    }

    @Override
    public void close() {
        if (exporter != null) {
            exporter.close();
        }
        if (next != null) {
            next.close();
        }
    }
}
