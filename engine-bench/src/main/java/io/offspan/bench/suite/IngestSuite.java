package io.offspan.bench.suite;

import io.offspan.bench.measure.DiskUse;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Rounds;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Stream;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanStore;
import io.offspan.core.value.StoreCounters.Counter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures taking in the workload as OTLP requests. Each round is the next part of the workload, which every subject gets, so that
 * only one part is held.
 */
public final class IngestSuite implements Suite {
    public static final String GROUP = "ingest";
    public static final String INGEST = "offspan ingest of OTLP, not indexed";
    public static final String INDEXED = "offspan ingest of OTLP, indexed";
    public static final String ONE_THREAD = "offspan ingest of OTLP, indexed by the caller";
    public static final String INDEX = "offspan index of the workload";
    public static final String PARSE = "Y1 protobuf-java parse";
    public static final String CHANNEL = "append of requests to a FileChannel";
    public static final String SIZE = "offspan store of the workload";
    public static final String WORKLOAD = "W1";

    private static final long PUBLISHED_SPANS = 1_000_000;
    private static final long PUBLISHED_TRACES = 125_700;
    private static final long PUBLISHED_BYTES = 500_262_549;
    private static final long MOST_PER_ROUND = 262_144;
    private static final long WARM_UP_SPANS = 65_536;
    private static final int WARM_UPS = 3;
    private static final long WARM_UP_SEED = 77;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private List<byte[]> requests = List.of();
    private long requestSpans;
    private ByteBuffer outside = ByteBuffer.allocateDirect(0);
    private long consumed;

    @Override
    public String name() {
        return GROUP;
    }

    @Override
    public String description() {
        return "Taking in OTLP requests, and what the store then takes on disk, beside protobuf-java's parse.";
    }

    @Override
    public int steps(RunSize size) {
        return WARM_UPS + rounds(size);
    }

    private static int rounds(RunSize size) {
        return (int) Math.max(size.rounds(), (size.spans() + MOST_PER_ROUND - 1) / MOST_PER_ROUND);
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        warmUp(size, steps);
        Path directory = size.scratch().resolve("ingest");
        Path twin = size.scratch().resolve("ingest-twin");
        W1Stream stream = new W1Stream(size.seed(), size.spans());
        List<Row> rows;
        double noise;
        long bytes = 0;
        long logged;
        long loggedBytes;
        int count = rounds(size);
        IndexedIngest indexed = IndexedIngest.open(size.scratch().resolve("ingest-indexed"), size.spans(), true);
        IndexedIngest byCaller = IndexedIngest.open(size.scratch().resolve("ingest-one-thread"), size.spans(), false);
        try (SpanStore store = SpanStore.open(directory, Stores.keeping(size.spans()));
                SpanStore again = SpanStore.open(twin, Stores.keeping(size.spans()));
                indexed;
                byCaller) {
            Rounds rounds = subjects(size.scratch(), store, again, indexed, byCaller);
            long perRound = (size.spans() + count - 1) / count;
            for (int i = 0; i < count; i++) {
                steps.next("ingest, round " + (i + 1));
                next(stream, perRound, size.spans());
                bytes += requests.stream().mapToLong(request -> request.length).sum();
                if (requestSpans > 0) {
                    rounds.round(i);
                }
            }
            logged = Stores.logged(store);
            loggedBytes = store.counters().get(Counter.LOGGED_BYTES);
            rows = new ArrayList<>(rounds.rows());
            noise = rounds.noise();
            rows.addAll(indexed.finish());
        }
        rows.addAll(workload(size, stream, bytes));
        rows.add(Row.single(GROUP, SIZE, "log", "B/span", true, (double) loggedBytes / logged)
                .answered(size.spans(), logged));
        rows.add(Row.single(GROUP, SIZE, "disk", "B/span", true, (double) DiskUse.bytes(directory) / logged)
                .noted("disk: blocks of the closed store's directory, slabs and what is reserved included"));
        return new Outcome(rows, noise);
    }

    /** Returns what the workload is; the published one has totals to be right about. */
    private static List<Row> workload(RunSize size, W1Stream stream, long bytes) {
        boolean published = size.seed() == W1Generator.SEED && size.spans() == PUBLISHED_SPANS;
        String note = "the largest trace has " + stream.largestTrace() + " spans";
        Row traces =
                Row.single(GROUP, WORKLOAD, "traces", "", true, stream.traces()).noted(note);
        Row bytesRow =
                Row.single(GROUP, WORKLOAD, "OTLP bytes", "", true, bytes).noted(note);
        return List.of(
                published ? traces.answered(PUBLISHED_TRACES, stream.traces()) : traces,
                published ? bytesRow.answered(PUBLISHED_BYTES, bytes) : bytesRow);
    }

    private void warmUp(RunSize size, Steps steps) throws IOException {
        W1Stream other = new W1Stream(size.seed() + WARM_UP_SEED, WARM_UPS * WARM_UP_SPANS);
        Path warm = size.scratch().resolve("ingest-warm");
        try (SpanStore store = SpanStore.open(warm.resolve("plain"), Stores.keeping(WARM_UPS * WARM_UP_SPANS))) {
            IndexedIngest indexed = IndexedIngest.open(warm.resolve("index"), WARM_UPS * WARM_UP_SPANS, true);
            IndexedIngest byCaller = IndexedIngest.open(warm.resolve("caller"), WARM_UPS * WARM_UP_SPANS, false);
            try (indexed;
                    byCaller) {
                Rounds rounds = subjects(size.scratch(), store, store, indexed, byCaller);
                for (int i = 0; i < WARM_UPS; i++) {
                    steps.next("ingest, warming up");
                    next(other, WARM_UP_SPANS, WARM_UPS * WARM_UP_SPANS);
                    rounds.warmUp();
                }
            }
        }
    }

    private void next(W1Stream stream, long spans, long all) {
        long before = stream.handedOut();
        requests = List.of(); // the old ones may go
        requests = stream.nextRequests(Math.min(spans, all));
        requestSpans = stream.handedOut() - before;
    }

    private Rounds subjects(
            Path scratch, SpanStore store, SpanStore again, IndexedIngest indexed, IndexedIngest byCaller) {
        return new Rounds(GROUP)
                .addTwins(INGEST, meter -> ingest(store, meter), meter -> ingest(again, meter))
                .compare(INGEST, PARSE)
                .note(INGEST, "total cpu: caller and the store's threads, everything flushed to the log")
                .add(INDEXED, meter -> indexed.take(requests, requestSpans, meter))
                .compare(INDEXED, PARSE)
                .note(
                        INDEXED,
                        "total cpu: caller, the store's threads and the index's; everything indexed, ended segments sealed")
                .add(ONE_THREAD, meter -> byCaller.take(requests, requestSpans, meter))
                .compare(ONE_THREAD, PARSE)
                .note(
                        ONE_THREAD,
                        "cpu: the caller stores and indexes; store cpu: the threads of the log and of sealing")
                .add(PARSE, this::parse)
                .add(CHANNEL, meter -> channel(scratch.resolve("requests"), meter));
    }

    private void ingest(SpanStore store, Meter meter) {
        long accepted = 0;
        meter.start();
        for (byte[] request : requests) {
            OtlpReceipt receipt = store.appendOtlp(request);
            accepted += receipt.accepted();
        }
        meter.callerDone();
        Stores.flush(store, PATIENCE);
        meter.stop(requestSpans);
        if (accepted != requestSpans) {
            throw new IllegalStateException(accepted + " of " + requestSpans + " spans were accepted");
        }
    }

    private void parse(Meter meter) throws IOException {
        meter.start();
        for (byte[] request : requests) {
            consumed += ExportTraceServiceRequest.parseFrom(request).getResourceSpansCount();
        }
        meter.stop(requestSpans);
    }

    private void channel(Path file, Meter meter) throws IOException {
        List<ByteBuffer> direct = direct();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            meter.start();
            for (ByteBuffer request : direct) {
                consumed += channel.write(request);
            }
            meter.stop(requestSpans);
        }
    }

    /** Copies the requests to where a channel need not copy them once more. */
    private List<ByteBuffer> direct() {
        int bytes = requests.stream().mapToInt(request -> request.length).sum();
        if (outside.capacity() < bytes) {
            outside = ByteBuffer.allocateDirect(bytes);
        }
        List<ByteBuffer> direct = new ArrayList<>();
        int at = 0;
        for (byte[] request : requests) {
            direct.add(outside.slice(at, request.length).put(request).flip());
            at += request.length;
        }
        return direct;
    }
}
