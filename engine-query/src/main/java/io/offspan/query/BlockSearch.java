package io.offspan.query;

import io.offspan.core.StoreReader;
import io.offspan.query.ast.Filter;
import io.offspan.query.plan.Plan;
import io.offspan.query.scan.Answer;
import io.offspan.query.scan.BlockSource;
import io.offspan.query.scan.Collector;
import io.offspan.query.scan.Hits;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.SnapshotBlocks;
import io.offspan.query.scan.SpanScan;
import io.offspan.query.trace.GroupLimits;
import io.offspan.query.trace.TraceSearch;
import java.util.function.Supplier;

/**
 * Searches a store by scanning its blocks.
 *
 * <p><b>Threads.</b> May be shared; each search has a view of the store and flyweights of its own.
 */
public final class BlockSearch {
    private final Supplier<? extends BlockSource> store;

    private final GroupLimits limits;

    BlockSearch(Supplier<? extends BlockSource> store) {
        this(store, GroupLimits.DEFAULT);
    }

    BlockSearch(Supplier<? extends BlockSource> store, GroupLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /** Searches what a reader sees; each search takes a snapshot. */
    public static BlockSearch over(StoreReader reader) {
        return new BlockSearch(() -> new SnapshotBlocks(reader));
    }

    /** Returns the newest spans that pass, the newest first. */
    public Answer newest(Filter filter, int limit) {
        return search(filter, Hits.newest(limit), true);
    }

    /** Returns all spans that pass, in the order of a trace: the oldest first. */
    public Answer oldestFirst(Filter filter) {
        return search(filter, Hits.all(), false);
    }

    /** Counts the spans that pass. */
    public ScanOutcome count(Filter filter) {
        SpanScan scan = new SpanScan(filter);
        try (BlockSource blocks = store.get()) {
            return scan.run(blocks, new Collector());
        }
    }

    /** Returns the newest spans of the answer to a plan, the newest first. */
    public Answer newest(Plan plan, int limit) {
        Filter plain = plan.plain();
        if (plain != null) {
            return newest(plain, limit);
        }
        TraceSearch traces = new TraceSearch(plan, limits);
        BlockSource blocks = store.get();
        boolean done = false;
        try {
            ScanOutcome outcome = traces.run(blocks);
            Answer answer = new Answer(blocks, traces.newestFirst(limit), outcome, traces.facts());
            done = true;
            return answer;
        } finally {
            if (!done) {
                blocks.close();
            }
        }
    }

    /** Counts the spans of the answer to a plan. */
    public ScanOutcome count(Plan plan) {
        Filter plain = plan.plain();
        if (plain != null) {
            return count(plain);
        }
        try (BlockSource blocks = store.get()) {
            return new TraceSearch(plan, limits).run(blocks);
        }
    }

    private Answer search(Filter filter, Hits hits, boolean newestFirst) {
        SpanScan scan = new SpanScan(filter);
        BlockSource blocks = store.get();
        boolean done = false;
        try {
            ScanOutcome outcome = scan.run(blocks, hits);
            Answer answer = new Answer(blocks, newestFirst ? hits.newestFirst() : hits.inTraceOrder(), outcome);
            done = true;
            return answer;
        } finally {
            if (!done) {
                blocks.close();
            }
        }
    }
}
