package io.offspan.bench.suite;

import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Metric;
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
import io.offspan.export.pack.Compression;
import io.offspan.export.send.Protocol;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast a backlog of the workload goes out to a receiver on loopback that discards it, by protocol and compression, beside
 * OpenTelemetry's own exporter; and what the number of spans in a request does to that.
 */
final class BacklogTime {
    static final String EXPORT = "offspan backlog, ";
    static final String OTEL = "OpenTelemetry's exporter, ";

    private static final Metric RATE = new Metric("rate", "k spans/s", false);
    private static final Metric BYTES_RATE = new Metric("sent", "MB/s", false);
    private static final Metric WIRE = new Metric("wire", "B/span", true);
    private static final Metric REQUEST = new Metric("request", "spans", false);
    private static final int[] BATCHES = {100, 200, 500, 1_000, 2_000};
    private static final int OTEL_SPANS = 16_384;
    private static final int OTEL_BATCH = 512;
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final int ROUNDS = 3;

    private final Path store;
    private final StoreReader reader;
    private final DiscardingReceiver receiver;
    private final long spans;
    private long exporters;

    private BacklogTime(Path store, StoreReader reader, DiscardingReceiver receiver, long spans) {
        this.store = store;
        this.reader = reader;
        this.receiver = receiver;
        this.spans = spans;
    }

    /** Returns how many steps it takes. */
    static int steps(RunSize size) {
        return 1 + (size.mode() == Mode.QUICK ? 1 : ROUNDS);
    }

    /** Measures a store that holds the workload, beside a subject that the processor time is compared with. */
    static List<Row> rows(Path store, RunSize size, String yardstick, Rounds beside, Suite.Steps steps)
            throws IOException {
        try (StoreReader reader = StoreReader.open(store);
                DiscardingReceiver receiver = DiscardingReceiver.start()) {
            BacklogTime run = new BacklogTime(store, reader, receiver, size.spans());
            Rounds rounds = run.subjects(beside, yardstick);
            if (size.mode() != Mode.QUICK) {
                run.addBatches(rounds);
            }
            steps.next("export, a backlog, warming up");
            rounds.warmUp();
            for (int i = 0; i < steps(size) - 1; i++) {
                steps.next("export, a backlog, round " + (i + 1));
                rounds.round(i);
            }
            return new ArrayList<>(rounds.rows());
        }
    }

    private Rounds subjects(Rounds rounds, String yardstick) {
        for (Protocol protocol : Protocol.values()) {
            for (Compression packing : List.of(Compression.NONE, Compression.GZIP, Compression.ZSTD)) {
                String name = EXPORT + protocol.word() + ", " + packing.word();
                rounds.add(name, meter -> send(config(protocol, packing), meter))
                        .compare(name, yardstick);
            }
        }
        for (String packing : List.of("none", "gzip")) {
            String name = OTEL + Protocol.HTTP.word() + ", " + packing;
            rounds.add(name, meter -> sendByOtel(packing, meter))
                    .compare(name, yardstick)
                    .note(
                            name,
                            OTEL_BATCH
                                    + " spans a request, of which some are sent again and again; they are there as objects,"
                                    + " and what is compressed is so on a thread that cpu does not count");
        }
        return rounds;
    }

    private void addBatches(Rounds rounds) {
        for (int batch : BATCHES) {
            String name = EXPORT + "requests of at most " + batch + " spans";
            rounds.add(name, meter -> {
                // A request is cut by its bytes; those of the workload take so many a span.
                int bytes = batch * encodedBytes();
                send(
                        config(Protocol.HTTP, Compression.GZIP)
                                .maxBatchBytes(bytes)
                                .adaptive(false),
                        meter);
            });
        }
    }

    private int encoded;

    /** Returns how many bytes a span of this store takes encoded. */
    private int encodedBytes() {
        if (encoded == 0) {
            ExportStatus status = drain(config(Protocol.HTTP, Compression.NONE));
            encoded = (int) (1 + status.encodedBytes() / status.spans());
        }
        return encoded;
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

    private ExportStatus drain(ExportConfig.Builder config) {
        try (ExportAgent agent = ExportAgent.open(reader, store, config.build())) {
            return drain(agent);
        }
    }

    private ExportStatus drain(ExportAgent agent) {
        if (!agent.drain(PATIENCE) || agent.status().spans() != spans) {
            throw new IllegalStateException("The backlog of " + spans + " spans was not sent: " + agent.status());
        }
        return agent.status();
    }

    private void send(ExportConfig.Builder config, Meter meter) {
        try (ExportAgent agent = ExportAgent.open(reader, store, config.build())) {
            long begun = System.nanoTime();
            meter.start();
            ExportStatus status = drain(agent);
            meter.stop(spans);
            put(meter, spans, status.wireBytes(), System.nanoTime() - begun);
            meter.put(REQUEST, (double) spans / status.batches());
        }
    }

    private void sendByOtel(String packing, Meter meter) throws IOException {
        try (OtelExporter exporter = new OtelExporter(
                receiver.base() + "/v1/traces",
                packing,
                new W1Generator(W1Generator.SEED).spans(OTEL_SPANS),
                OTEL_BATCH)) {
            long begun = System.nanoTime();
            meter.start();
            exporter.send(spans);
            meter.stop(spans);
            meter.put(RATE, 1e6 * spans / (System.nanoTime() - begun));
        }
    }

    private static void put(Meter meter, long spans, long wireBytes, long nanos) {
        meter.put(RATE, 1e6 * spans / nanos);
        meter.put(BYTES_RATE, 1e3 * wireBytes / nanos);
        meter.put(WIRE, (double) wireBytes / spans);
    }
}
