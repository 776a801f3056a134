package io.offspan.bench.suite;

import io.offspan.bench.codec.Slabs;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Rounds;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Drafts;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Span;
import io.offspan.bench.yardstick.BlockCopies;
import io.offspan.bench.yardstick.ForceLatency;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures appending drafts to a whole store, beside the copies that it cannot do without. */
public final class AppendSuite implements Suite {
    public static final String GROUP = "append";
    public static final String APPEND = "offspan append";
    public static final String APPEND_COLD = "offspan append, spans of 40 services from cold memory";
    public static final String MEMORY = "copy of blocks in memory";
    public static final String FRESH = "Y2 copy of blocks into a fresh mapping";
    public static final String TOUCHED = "copy of blocks into a touched mapping";
    public static final String CHANNEL = "append of blocks to a FileChannel";
    public static final String QUEUE = "append of blocks to a plain Chronicle Queue";
    public static final String OPEN_LOOP = "offspan append at 100,000 spans/s";
    public static final String TIMER = "the same timer without append";

    /** More than the second-level cache holds, less than the third: what a host appends it has just made. */
    private static final int WARM_SPANS = 4096;

    private static final int COLD_SPANS = 65_536;
    private static final int SERVICES = 40;
    private static final int WARM_UPS = 2;
    private static final long COPY_BYTES = 64L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final W1Drafts drafts = new W1Drafts();
    private List<W1Span> spans = List.of();
    private long appended;

    @Override
    public String name() {
        return GROUP;
    }

    @Override
    public String description() {
        return "Appending drafts to a store, and latencies at a fixed rate, beside plain copies, files and queues.";
    }

    @Override
    public int steps(RunSize size) {
        return WARM_UPS + size.rounds() + size.mode().openLoopSeconds() + 2;
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        spans = new W1Generator(size.seed()).spans(COLD_SPANS);
        long perRound = Math.min(1_000_000, Math.max(50_000, size.spans() / size.rounds()));
        BlockCopies copies = new BlockCopies(
                size.scratch(), new Slabs().blocks(spans.subList(0, WARM_SPANS)), Slabs.BLOCK_SPANS, COPY_BYTES);
        List<Row> rows;
        double noise;
        try (SpanStore store = SpanStore.open(size.scratch().resolve("append"), Stores.waiting(2L << 30))) {
            SpanAppender appender = store.newAppender();
            Rounds rounds = new Rounds(GROUP)
                    .addTwins(APPEND, meter -> append(store, appender, WARM_SPANS, 1, perRound, meter))
                    .compare(APPEND, FRESH)
                    .note(APPEND, WARM_SPANS + " spans of one resource again and again; cpu is the caller's")
                    .add(APPEND_COLD, meter -> append(store, appender, COLD_SPANS, SERVICES, perRound, meter))
                    .compare(APPEND_COLD, FRESH)
                    .note(APPEND_COLD, COLD_SPANS + " spans of " + SERVICES + " resources again and again")
                    .add(FRESH, copies.freshMapping())
                    .add(TOUCHED, copies.touchedMapping())
                    .add(MEMORY, copies.memory())
                    .add(CHANNEL, copies.channel())
                    .add(QUEUE, copies.queue());
            for (int i = 0; i < WARM_UPS; i++) {
                steps.next("append, warming up");
                rounds.warmUp();
            }
            for (int i = 0; i < size.rounds(); i++) {
                steps.next("append, round " + (i + 1));
                rounds.round(i);
            }
            noise = rounds.noise();
            rows = new ArrayList<>(rounds.rows());
            steps.next("append, forces");
            rows.addAll(forces(size));
            OpenLoop loop = new OpenLoop(store, spans.subList(0, WARM_SPANS));
            rows.addAll(loop.run(size.mode().openLoopSeconds(), steps));
            rows.set(0, rows.get(0).answered(appended + loop.appended(), Stores.logged(store)));
        }
        steps.next("append, in a JVM with a small heap");
        rows.addAll(SmallHeap.rows(size));
        return new Outcome(rows, noise);
    }

    private void append(SpanStore store, SpanAppender appender, int held, int services, long count, Meter meter) {
        meter.start();
        for (long i = 0; i < count; i++) {
            drafts.fill(appender.draft(), spans.get((int) (i % held)), services);
            int result = appender.append();
            if (result != AppendResult.ACCEPTED) {
                throw new IllegalStateException("A span was not accepted: " + AppendResult.name(result));
            }
        }
        meter.callerDone();
        Stores.flush(store, PATIENCE);
        meter.stop(count);
        appended += count;
    }

    private static List<Row> forces(RunSize size) throws IOException {
        int small = 20 * size.rounds();
        List<Row> rows = ForceLatency.measure(GROUP, size.scratch(), 4 << 10, small);
        rows.addAll(ForceLatency.measure(GROUP, size.scratch(), 4 << 20, 2 * size.rounds()));
        return rows;
    }
}
