package io.offspan.bench.suite;

import io.offspan.bench.child.BacklogChild;
import io.offspan.bench.child.Child;
import io.offspan.bench.child.Figures;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Metric;
import io.offspan.bench.measure.ProcessMeter;
import io.offspan.bench.measure.Rounds;
import io.offspan.bench.result.Row;
import io.offspan.bench.suite.RunSize.Mode;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.yardstick.DiscardingReceiver;
import io.offspan.bench.yardstick.OtelExporter;
import io.offspan.core.StoreReader;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.ExportStatus;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.pack.Compression;
import io.offspan.export.send.Protocol;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast a backlog of the workload goes out to a receiver on loopback that discards it, by protocol and compression, beside
 * OpenTelemetry's own exporter; what the number of spans in a request does to that; and what it takes of a heap.
 */
final class BacklogTime {
    static final String EXPORT = "offspan backlog, ";
    static final String OTEL = "OpenTelemetry's exporter, ";
    static final String HEAP = "offspan backlog in a JVM with -Xmx64m";

    private static final Metric RATE = new Metric(SendTable.RATE, "k spans/s", false);
    private static final Metric ENCODED = new Metric(SendTable.ENCODED, "MB/s", false);
    private static final Metric SENT = new Metric(SendTable.SENT, "MB/s", false);
    private static final Metric WIRE = new Metric(SendTable.WIRE, "B/span", true);
    private static final Metric REQUEST = new Metric(SendTable.REQUEST, "spans", false);
    private static final List<Compression> PACKINGS = List.of(Compression.NONE, Compression.GZIP, Compression.ZSTD);
    /** What the blocks of a store and their halves make. */
    private static final int[] BATCHES = {128, 256, 512, 1_024, 2_048};

    private static final double BATCH_SLACK = 1.02;
    /** Of these subjects each request is like the one before, so that more spans tell nothing more. */
    private static final long SAMPLE_SPANS = 500_000;

    private static final int OTEL_SPANS = 16_384;
    private static final int OTEL_BATCH = 512;
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final long POLL_NANOS = 1_000_000;
    private static final int ROUNDS = 3;
    /** Of more spans each round is long enough by itself. */
    private static final long MANY_SPANS = 1_000_000;

    private static final long WARM_UP_SPANS = 200_000;
    private static final double MIB = 1 << 20;

    private final Path store;
    private final StoreReader reader;
    private final DiscardingReceiver receiver;
    private final long spans;
    /** How many spans a subject sends at most. */
    private long goal;

    private long exporters;
    /** Of the first subject, which fills its requests. */
    private double encodedSpan;

    private double otelEncodedSpan;

    private BacklogTime(Path store, StoreReader reader, DiscardingReceiver receiver, long spans) {
        this.store = store;
        this.reader = reader;
        this.receiver = receiver;
        this.spans = spans;
    }

    private static int rounds(RunSize size) {
        return size.mode() == Mode.QUICK || size.spans() > MANY_SPANS ? 1 : ROUNDS;
    }

    /** Returns how many steps it takes. */
    static int steps(RunSize size) {
        return 2 + rounds(size);
    }

    /** Measures a store that holds the workload, beside a subject that the processor time is compared with. */
    static List<Row> rows(Path store, RunSize size, String yardstick, Rounds beside, Suite.Steps steps)
            throws IOException {
        try (StoreReader reader = StoreReader.open(store);
                DiscardingReceiver receiver = DiscardingReceiver.start()) {
            BacklogTime run = new BacklogTime(store, reader, receiver, size.spans());
            Rounds rounds = run.subjects(beside, yardstick);
            if (size.mode() != Mode.QUICK) {
                run.addBatches(rounds, Compression.NONE, yardstick);
                run.addBatches(rounds, Compression.GZIP, yardstick);
            }
            steps.next("export, a backlog, warming up");
            run.goal = Math.min(size.spans(), WARM_UP_SPANS);
            rounds.warmUp();
            run.goal = size.spans();
            for (int i = 0; i < rounds(size); i++) {
                steps.next("export, a backlog, round " + (i + 1));
                rounds.round(i);
            }
            List<Row> rows = new ArrayList<>(rounds.rows());
            steps.next("export, a backlog, in a small heap");
            rows.addAll(run.smallHeap());
            return rows;
        }
    }

    private Rounds subjects(Rounds rounds, String yardstick) {
        for (Protocol protocol : Protocol.values()) {
            for (Compression packing : PACKINGS) {
                String name = EXPORT + protocol.word() + ", " + packing.word();
                rounds.add(name, meter -> send(config(protocol, packing), goal, meter))
                        .compare(name, yardstick);
            }
        }
        for (Protocol protocol : Protocol.values()) {
            for (Compression packing : List.of(Compression.NONE, Compression.GZIP)) {
                String name = OTEL + protocol.word() + ", " + packing.word();
                rounds.add(name, meter -> sendByOtel(protocol, packing, meter))
                        .compare(name, yardstick)
                        .note(
                                name,
                                "its spans are there as objects; the same are sent again and again, 500,000 at most");
            }
        }
        return rounds;
    }

    private void addBatches(Rounds rounds, Compression packing, String yardstick) {
        for (int batch : BATCHES) {
            String name = EXPORT + packing.word() + ", at most " + batch + " spans a request";
            rounds.add(name, meter -> {
                        // A request is cut by its bytes; those of the workload take so many a span.
                        int bytes = (int) (BATCH_SLACK * batch * encodedSpan);
                        send(
                                config(Protocol.HTTP, packing)
                                        .maxBatchBytes(bytes)
                                        .adaptive(false),
                                Math.min(goal, SAMPLE_SPANS),
                                meter);
                    })
                    .compare(name, yardstick);
        }
    }

    private ExportConfig.Builder config(Protocol protocol, Compression packing) {
        exporters++;
        return ExportConfig.builder()
                .protocol(protocol)
                .baseEndpoint(URI.create(receiver.base()))
                .compression(packing)
                .checkpointName("bench-" + exporters)
                .timeout(Duration.ofMinutes(1));
    }

    private void send(ExportConfig.Builder config, long most, Meter meter) {
        long before = receiver.bytes();
        ProcessMeter process = new ProcessMeter(DiscardingReceiver.THREADS);
        try (ExportAgent agent = ExportAgent.start(reader, store, config.build())) {
            await(agent, most);
            ExportStatus status = agent.status();
            long nanos = process.stop(status.spans(), meter);
            double encoded = (double) status.encodedBytes() / status.spans();
            encodedSpan = encodedSpan == 0 ? encoded : encodedSpan;
            put(meter, status.spans(), encoded, receiver.bytes() - before, nanos);
            meter.put(REQUEST, (double) status.spans() / status.batches());
        }
    }

    private void await(ExportAgent agent, long most) {
        if (most == spans) {
            agent.drain(PATIENCE);
        }
        while (agent.status().spans() < most && agent.status().state() != State.FAILED) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (agent.status().spans() < most || agent.status().retries() > 0) {
            throw new IllegalStateException("The backlog of " + spans + " spans was not sent: " + agent.status());
        }
    }

    private void sendByOtel(Protocol protocol, Compression packing, Meter meter) throws IOException {
        try (OtelExporter exporter = new OtelExporter(
                receiver.base(),
                protocol == Protocol.GRPC,
                packing.word(),
                new W1Generator(W1Generator.SEED).spans(OTEL_SPANS),
                OTEL_BATCH)) {
            long before = receiver.bytes();
            ProcessMeter process = new ProcessMeter(DiscardingReceiver.THREADS);
            long sent = exporter.send(Math.min(goal, SAMPLE_SPANS));
            long nanos = process.stop(sent, meter);
            long bytes = receiver.bytes() - before;
            otelEncodedSpan = packing == Compression.NONE ? (double) bytes / sent : otelEncodedSpan;
            put(meter, sent, otelEncodedSpan, bytes, nanos);
            meter.put(REQUEST, OTEL_BATCH);
        }
    }

    private static void put(Meter meter, long spans, double encodedSpan, long wireBytes, long nanos) {
        meter.put(RATE, 1e6 * spans / nanos);
        meter.put(ENCODED, 1e3 * encodedSpan * spans / nanos);
        meter.put(SENT, 1e3 * wireBytes / nanos);
        meter.put(WIRE, (double) wireBytes / spans);
    }

    private List<Row> smallHeap() throws IOException {
        Figures figures = Child.run(
                BacklogChild.class, List.of("-Xms64m", "-Xmx64m", "-XX:+UseG1GC"), store, receiver.base(), spans);
        return List.of(
                heap("live heap after a tenth", figures.get("heapEarly")),
                heap("live heap at the end", figures.get("heapEnd")).answered(spans, (long) figures.get("spans")),
                heap("anonymous memory", figures.get("anonymousBytes")),
                Row.single(ExportSuite.GROUP, HEAP, "requests sent again", "", true, figures.get("retries")),
                Row.single(ExportSuite.GROUP, HEAP, "gc count", "", true, figures.get("collections")));
    }

    private static Row heap(String metric, double bytes) {
        return Row.single(ExportSuite.GROUP, HEAP, metric, "MiB", true, bytes / MIB);
    }
}
