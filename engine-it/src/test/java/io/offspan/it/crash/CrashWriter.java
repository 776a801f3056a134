package io.offspan.it.crash;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.Durability;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.it.gate.StampedRequests;
import io.offspan.it.gate.StampedSpan;
import io.offspan.query.SpanIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that is killed: opens a store, indexes it, and appends with two threads until it dies, or only opens it.
 *
 * <p>Arguments: data directory, ledger, mode, slabs, spans that a writer appends between two pauses of 200 µs, durability.
 */
final class CrashWriter {
    static final int WRITERS = 2;
    /** Append until killed. */
    static final String WRITE = "write";
    /** Open and wait to be killed. */
    static final String OPEN = "open";
    /** Open, close and end. */
    static final String CLOSE = "close";

    private static final int REFUSED = 4;
    private static final int FAILED = 5;
    private static final long PAUSE_NANOS = 200_000;
    private static final int REQUEST_EVERY = 16;
    /** No more than a receipt names one by one. */
    private static final int REQUEST_SPANS = 10;

    private final CrashLedger ledger;
    private final SpanStore store;
    private final int burst;
    private final StampedRequests requests = new StampedRequests();

    private CrashWriter(CrashLedger ledger, SpanStore store, int burst) {
        this.ledger = ledger;
        this.store = store;
        this.burst = burst;
    }

    static StoreConfig config(int slabs, Durability durability) {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(slabs)
                .stripes(4)
                .spansPerBlock(256)
                .maxSpanBytes(256 << 10)
                .segmentBytes(2 << 20)
                .budgetBytes(1L << 40)
                .durability(durability)
                .syncInterval(Duration.ofMillis(10))
                .build();
    }

    public static void main(String[] arguments) throws IOException {
        CrashLedger ledger = CrashLedger.open(Path.of(arguments[1]));
        String mode = arguments[2];
        if (System.in.read() < 0) {
            return;
        }
        StoreConfig config = config(Integer.parseInt(arguments[3]), Durability.valueOf(arguments[5]));
        long begin = System.nanoTime();
        ledger.state(CrashLedger.OPENING);
        SpanStore store = open(Path.of(arguments[0]), config);
        ledger.openNanos(System.nanoTime() - begin);
        ledger.state(CrashLedger.OPENED);
        SpanIndex index = SpanIndex.over(store);
        if (mode.equals(CLOSE)) {
            index.await(Duration.ofSeconds(30));
            index.close();
            store.close();
            return;
        }
        if (mode.equals(WRITE)) {
            CrashWriter writer = new CrashWriter(ledger, store, Integer.parseInt(arguments[4]));
            start("batch", () -> writer.appendWithAppender(0));
            start("single", () -> writer.appendShared(1));
        }
        while (System.in.read() >= 0) {
            continue;
        }
        // The parent is gone.
        Runtime.getRuntime().halt(0);
    }

    private static SpanStore open(Path directory, StoreConfig config) {
        try {
            return SpanStore.open(directory, config);
        } catch (SpanStoreException refused) {
            refused.printStackTrace();
            Runtime.getRuntime().halt(REFUSED);
            throw refused;
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (Throwable failed) {
                        failed.printStackTrace();
                    }
                    Runtime.getRuntime().halt(FAILED);
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void appendWithAppender(int writer) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan();
        for (long number = ledger.attempted(writer) + 1; ; number++) {
            span.fill(appender.draft(), writer, number);
            ledger.attempt(writer, number);
            while (!accepted(appender.append())) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            ledger.acknowledge(writer, number);
            pace(number);
        }
    }

    private void appendShared(int writer) {
        SpanDraft draft = new SpanDraft();
        StampedSpan span = new StampedSpan();
        for (long number = ledger.attempted(writer) + 1; ; number++) {
            span.fill(draft, writer, number);
            ledger.attempt(writer, number);
            appendOne(draft);
            ledger.acknowledge(writer, number);
            pace(number);
            if (number % REQUEST_EVERY == 0) {
                number = appendRequest(span, draft, writer, number + 1);
                pace(number);
            }
        }
    }

    private void appendOne(SpanDraft draft) {
        while (!accepted(store.append(draft))) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Appends several spans at once and those of them one by one that were dropped; returns the number of the last. */
    private long appendRequest(StampedSpan span, SpanDraft draft, int writer, long first) {
        long last = first + REQUEST_SPANS - 1;
        byte[] request = requests.of(span, draft, writer, first, REQUEST_SPANS);
        ledger.attempt(writer, last);
        OtlpReceipt receipt = store.appendOtlp(request);
        for (OtlpReceipt.Refusal refusal : receipt.refusals()) {
            span.fill(draft, writer, first + refusal.span());
            appendOne(draft);
        }
        ledger.acknowledge(writer, last);
        return last;
    }

    private boolean accepted(int result) {
        if (result == AppendResult.ACCEPTED) {
            return true;
        }
        if (result != AppendResult.NO_SLAB && result != AppendResult.BUSY) {
            throw new IllegalStateException("append gave " + AppendResult.name(result), store.failure());
        }
        return false;
    }

    private void pace(long number) {
        if (number % burst == 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
