package io.offspan.bench.suite;

import io.offspan.bench.measure.Latencies;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Drafts;
import io.offspan.bench.w1.W1Span;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Appends at a fixed rate whatever happens, and measures from the moment at which a span was due: a stall counts for every span that
 * came due in it, so that no omission is coordinated.
 *
 * <p>Every other second the same loop appends nothing. What it measures then are the stalls of the machine, not of the store.
 */
final class OpenLoop {
    private static final int RATE = 100_000;
    private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(1) / RATE;

    private final SpanStore store;
    private final SpanAppender appender;
    private final List<W1Span> spans;
    private final W1Drafts drafts = new W1Drafts();
    private final Latencies latencies = new Latencies();
    private final Latencies machine = new Latencies();
    private long appended;

    OpenLoop(SpanStore store, List<W1Span> spans) {
        this.store = store;
        this.spans = spans;
        appender = store.newAppender();
    }

    /** Runs for so many seconds, and as many without appending. */
    List<Row> run(int seconds, Suite.Steps steps) {
        for (int second = 0; second < seconds; second++) {
            steps.next("append, at a fixed rate");
            oneSecond(true);
            oneSecond(false);
        }
        List<Row> rows = new ArrayList<>();
        String how = "one caller, " + seconds + " s, from the moment at which a span was due; "
                + store.counters().dropped() + " dropped";
        latencies.rows(AppendSuite.GROUP, AppendSuite.OPEN_LOOP, 50, 99, 99.9).forEach(row -> rows.add(row.noted(how)));
        rows.addAll(machine.rows(AppendSuite.GROUP, AppendSuite.TIMER, 50, 99, 99.9));
        return rows;
    }

    private void oneSecond(boolean append) {
        long begin = System.nanoTime();
        for (int i = 0; i < RATE; i++) {
            long due = begin + i * GAP_NANOS;
            while (System.nanoTime() - due < 0) {
                Thread.onSpinWait();
            }
            if (append) {
                drafts.fill(appender.draft(), spans.get(i % spans.size()), 1);
                appended += appender.append() == AppendResult.ACCEPTED ? 1 : 0;
                latencies.record(System.nanoTime() - due);
            } else {
                machine.record(System.nanoTime() - due);
            }
        }
    }

    long appended() {
        return appended;
    }
}
