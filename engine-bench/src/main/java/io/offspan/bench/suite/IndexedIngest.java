package io.offspan.bench.suite;

import io.offspan.bench.measure.DiskUse;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.result.Row;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanStore;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.IndexCounters;
import io.offspan.query.keep.IndexLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A store that takes in requests and is indexed meanwhile, by a thread of the index or by the one that brings the requests. */
final class IndexedIngest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** The caller indexes so many requests after it has stored them. */
    private static final int REQUESTS = 64;

    private static final IndexLimits LIMITS = new IndexLimits(64L << 20, 4L << 30);

    private final Path directory;
    private final SpanStore store;
    private final SpanIndex index;
    private final boolean ownThread;
    private boolean closed;

    private IndexedIngest(Path directory, SpanStore store, SpanIndex index, boolean ownThread) {
        this.directory = directory;
        this.store = store;
        this.index = index;
        this.ownThread = ownThread;
    }

    static IndexedIngest open(Path directory, long spans, boolean ownThread) {
        SpanStore store = SpanStore.open(directory, Stores.keeping(spans));
        SpanIndex index = ownThread ? SpanIndex.over(store.reader(), LIMITS) : SpanIndex.open(store.reader(), LIMITS);
        return new IndexedIngest(directory, store, index, ownThread);
    }

    /** Takes in requests, and returns when all of them are stored and indexed. */
    void take(List<byte[]> requests, long spans, Meter meter) {
        long accepted = 0;
        meter.start();
        int left = REQUESTS;
        for (byte[] request : requests) {
            OtlpReceipt receipt = store.appendOtlp(request);
            accepted += receipt.accepted();
            if (!ownThread && --left == 0) {
                left = REQUESTS;
                while (index.doWork() > 0) {
                    Thread.onSpinWait();
                }
            }
        }
        if (ownThread) {
            meter.callerDone();
        }
        Stores.flush(store, PATIENCE);
        if (!index.await(PATIENCE)) {
            throw new IllegalStateException(
                    index.lag() + " spans were not indexed within " + PATIENCE, index.failure());
        }
        if (!ownThread) {
            meter.callerDone();
        }
        meter.stop(spans);
        if (accepted != spans) {
            throw new IllegalStateException(accepted + " of " + spans + " spans were accepted");
        }
    }

    /** Closes the store and returns what its index takes. */
    List<Row> finish() throws IOException {
        IndexCounters counters = index.counters();
        long spans = Math.max(counters.spansIndexed(), 1);
        double live = (double) counters.bytes() / spans;
        close();
        List<Row> rows = new ArrayList<>();
        rows.add(Row.single(IngestSuite.GROUP, IngestSuite.INDEX, "memory at the end", "B/span", true, live)
                .noted("off the heap, segments that are not sealed yet; over all spans"));
        long sealed = Math.max(counters.spansSealed(), 1);
        Path files = directory.resolve("index");
        long bytes = Files.isDirectory(files) ? DiskUse.bytes(files) : 0;
        String note = counters.spansSealed() + " of " + spans
                + " spans sealed, counted again when a segment was sealed again";
        rows.add(Row.single(IngestSuite.GROUP, IngestSuite.INDEX, "sealed", "B/span", true, (double) bytes / spans)
                .noted(note));
        rows.add(Row.single(
                        IngestSuite.GROUP,
                        IngestSuite.INDEX,
                        "sealing",
                        "ns/span",
                        true,
                        (double) counters.sealNanos() / sealed)
                .noted("time on the clock, the force included"));
        return rows;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            index.close();
            store.close();
        }
    }
}
