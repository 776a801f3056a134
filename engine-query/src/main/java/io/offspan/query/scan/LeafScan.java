package io.offspan.query.scan;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.core.Leaf;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Ordinals;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.SpanTimes;
import io.offspan.query.plan.LeafPlan;
import io.offspan.query.plan.PlanText;
import io.offspan.query.plan.Planner;
import io.offspan.query.scan.ScanOutcome.Ending;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.SpanTest;
import io.offspan.query.test.TraceIdTest;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ZeroDivisions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The one loop of all searches: from the newest leaf to the oldest, it opens the blocks that the plan of the leaf leads to, each once
 * and only where its bounds do not rule out every span, asks the spans what is left to ask, and gives those that pass to a sink.
 *
 * <p>It ends early, and says so, when a limit tells it to, which is asked before each block.
 *
 * <p><b>Threads.</b> Belongs to one thread, and one run at a time. Allocates nothing once it has run.
 *
 * <p><b>Fails</b> with {@link SpanStoreException.Lost} when a file is made shorter while it reads it.
 */
public final class LeafScan {
    private final ZeroDivisions zeroDivisions;
    private final Planner planner;
    private final BlockPlace place = new BlockPlace();
    private final BlockReader block = place.reader();
    /** Made for the first walk of which only the first spans of an order are kept, once they are so many. */
    private @Nullable RisingBound rising;

    private @Nullable Horizon horizon;
    /** How many spans of the block that was entered there were at the earlier moment. */
    private int beforeHorizon;

    private Ending ending = Ending.REGULAR;
    private long blocksRead;
    private long blocksPruned;
    private long blocksDamaged;
    private long spansVisited;
    private long spansCounted;
    private long spansDamaged;
    private long spansMatched;
    private long divisionsBefore;

    /** Searches for the spans that pass a filter. */
    public LeafScan(Filter filter) {
        this(filter, TraceValues.NONE);
    }

    /** Searches by a filter that may look at what is known of traces. */
    public LeafScan(Filter filter, TraceValues traces) {
        zeroDivisions = new ZeroDivisions();
        planner = new Planner(filter, new FilterCompiler(new SourceCompiler(traces, zeroDivisions)));
    }

    /** Looks only at spans that there were at an earlier moment; null for all. */
    public LeafScan within(@Nullable Horizon moment) {
        horizon = moment;
        return this;
    }

    private LeafScan(Planner planner) {
        zeroDivisions = new ZeroDivisions();
        this.planner = planner;
    }

    /** Makes a scan for the spans of one trace after another, of which {@link #seek} says which. */
    public static LeafScan ofTraces() {
        return new LeafScan(Planner.ofTraces());
    }

    /** Goes for the spans of another trace from now on. */
    public void seek(long traceIdHigh, long traceIdLow) {
        planner.seek(traceIdHigh, traceIdLow);
    }

    /** Goes through the leaves and hands what passes to a sink; returns how many spans passed. */
    public long run(Leaves leaves, Sink sink, RunLimit limit) {
        start(leaves.unreachable());
        for (int i = before(leaves, leaves.count()); i >= 0 && ending == Ending.REGULAR; i = before(leaves, i)) {
            try {
                search(leaves, i, sink, limit);
            } catch (RuntimeException | InternalError failure) {
                throw explained(leaves, i, failure);
            }
            requireWhole(leaves, i);
        }
        return spansMatched;
    }

    /** Returns the newest leaf before one that may have what is searched for. */
    private int before(Leaves leaves, int end) {
        TraceIdTest trace = planner.trace();
        if (trace == null) {
            return end - 1;
        }
        try {
            return leaves.lastOfTrace(end, trace.high(), trace.low());
        } catch (InternalError failure) {
            throw new SpanStoreException.Lost(
                    "A file of a segment was made shorter while a trace was looked up; ask again, which passes over what is missing",
                    failure);
        }
    }

    private void search(Leaves leaves, int number, Sink sink, RunLimit limit) {
        Leaf leaf = leaves.leaf(number);
        if (!sink.wantsAny(leaf.directory())) {
            blocksPruned += leaf.blocks();
            return;
        }
        LeafIndex index = leaves.index(number);
        LeafPlan plan = plan(leaves, index);
        place.enterLeaf(leaf, number);
        scan(leaf, plan.indexed(), plan.whole(), sink, limit);
        int[] gaps = LeafIndex.NO_GAPS;
        boolean knowsGaps = true;
        if (index != null && plan.indexed() > 0) {
            gaps = leaf.directory().withDamaged(index.gaps(), index.blocks());
            knowsGaps = gaps == index.gaps();
            scanGaps(leaf, gaps, index.blocks(), plan.whole(), sink, limit);
        }
        Ordinals walk = plan.access();
        if (walk != null && index != null && knowsGaps && isCounted(leaves, index, plan, sink)) {
            long counted = plan.count();
            spansCounted += counted;
            spansMatched += counted;
        } else if (walk != null) {
            follow(walk, leaf, index, gaps, plan, sink, limit);
        }
    }

    /** Visits the blocks that the index does not have, if they can be read by now, and those that are known to be damaged, so that they count as such. */
    private void scanGaps(Leaf leaf, int[] gaps, int blocks, SpanTest test, Sink sink, RunLimit limit) {
        for (int i = gaps.length - 1; i >= 0; i--) {
            if (gaps[i] < blocks && !isOver(limit)) {
                scanBlock(leaf, leaf.directory(), gaps[i], 0, test, sink);
            }
        }
    }

    /** Plans a leaf by its index, or without it where that is damaged. */
    private LeafPlan plan(Leaves leaves, @Nullable LeafIndex index) {
        try {
            return planner.plan(index);
        } catch (FormatException damage) {
            leaves.refuseIndex();
            return planner.plan(null);
        }
    }

    /** Tells whether nobody has to look at the indexed spans: they only have to be counted, in all or by their terms. */
    private boolean isCounted(Leaves leaves, LeafIndex index, LeafPlan plan, Sink sink) {
        if (!plan.exact() || horizon != null || plan.isOverAll() && !index.isDense()) {
            return false;
        }
        if (!sink.looksAtSpans()) {
            return true;
        }
        SpanSet among = plan.isOverAll() ? null : plan.set();
        return (among != null || plan.isOverAll()) && isTaken(leaves, index, among, sink);
    }

    private static boolean isTaken(Leaves leaves, LeafIndex index, @Nullable SpanSet among, Sink sink) {
        try {
            return sink.takeByTerms(index, among);
        } catch (FormatException damage) {
            leaves.refuseIndex();
            return false;
        }
    }

    /** Returns what to throw for a failure: what it is, unless a mapped file was made shorter, of which it may be the first sign. */
    private static RuntimeException explained(Leaves leaves, int number, Throwable failure) {
        if (failure instanceof RuntimeException known && leaves.wasIndexWhole()) {
            return known;
        }
        if (failure instanceof InternalError) {
            // A page in the middle may be gone where the end of the file is there again: the next question has to do
            // without it.
            leaves.refuseIndex();
        }
        return cut(leaves, number, failure);
    }

    /** Throws when the index file of a leaf was made shorter while it was read without a failure. */
    private static void requireWhole(Leaves leaves, int number) {
        if (!leaves.wasIndexWhole()) {
            throw cut(leaves, number, null);
        }
    }

    private static SpanStoreException.Lost cut(Leaves leaves, int number, @Nullable Throwable failure) {
        return new SpanStoreException.Lost(
                "A file of segment " + leaves.leaf(number).segmentNumber()
                        + " was made shorter while it was read; ask again, which passes over what is missing",
                failure);
    }

    private void start(int unreachable) {
        ending = Ending.REGULAR;
        blocksRead = 0;
        blocksPruned = 0;
        blocksDamaged = unreachable;
        spansVisited = 0;
        spansCounted = 0;
        spansDamaged = 0;
        spansMatched = 0;
        divisionsBefore = zeroDivisions.count();
    }

    /** Visits all spans from an ordinal on, block by block from the last. */
    private void scan(Leaf leaf, int from, SpanTest test, Sink sink, RunLimit limit) {
        BlockDirectory directory = leaf.directory();
        for (int row = leaf.blocks() - 1; row >= 0; row--) {
            int first = directory.firstOrdinal(row);
            if (first + directory.spanCount(row) <= from || isOver(limit)) {
                return;
            }
            scanBlock(leaf, directory, row, from, test, sink);
        }
    }

    private void scanBlock(Leaf leaf, BlockDirectory directory, int row, int from, SpanTest test, Sink sink) {
        if (enter(leaf, directory, row, test, sink)) {
            int count = there();
            int begin = Math.max(from - directory.firstOrdinal(row), 0);
            spansVisited += Math.max(0, count - begin);
            for (int i = test.next(block, begin); i < count; i = test.next(block, i + 1)) {
                visit(i, test, sink);
            }
        }
    }

    /** Visits the spans that a mirrored walk leads to. */
    private void follow(
            Ordinals all, Leaf leaf, @Nullable LeafIndex index, int[] gaps, LeafPlan plan, Sink sink, RunLimit limit) {
        if (rising != null) {
            rising.enter();
        }
        BlockDirectory directory = leaf.directory();
        SpanTest test = plan.residual();
        int spans = plan.indexed();
        Ordinals walk = narrowed(all, index, spans, sink);
        int number = walk.next();
        while (number != Ordinals.NONE) {
            int row = directory.rowOf(Ordinals.mirrored(spans, number));
            if (row < 0 || gaps.length > 0 && Arrays.binarySearch(gaps, row) >= 0) {
                // Damage has left no block there, or one that was scanned.
                number = walk.next();
                continue;
            }
            if (isOver(limit)) {
                return;
            }
            int first = directory.firstOrdinal(row);
            int beyond = spans - first;
            if (enter(leaf, directory, row, test, sink)) {
                int there = there();
                do {
                    int inBlock = Ordinals.mirrored(spans, number) - first;
                    if (inBlock < there) {
                        spansVisited++;
                        visit(inBlock, test, sink);
                        walk = narrowed(walk, index, spans, sink);
                    }
                    number = walk.next();
                } while (number < beyond);
            } else {
                number = walk.advance(beyond);
            }
        }
    }

    /** Leaves out of a walk what the sink would not keep any more. */
    private Ordinals narrowed(Ordinals walk, @Nullable LeafIndex index, int spans, Sink sink) {
        SpanOrder order = sink.order();
        if (order == null || sink.leastRank() == 0) {
            return walk;
        }
        SpanTimes times = index == null ? null : index.times();
        if (times == null) {
            return walk;
        }
        if (rising == null) {
            rising = new RisingBound();
        }
        return rising.narrow(walk, times, spans, order, sink.leastRank());
    }

    /** Opens a block, or returns false when nothing in it could be of use, or it is damaged. */
    private boolean enter(Leaf leaf, BlockDirectory directory, int row, SpanTest test, Sink sink) {
        if (!sink.wants(directory, row) || !test.mayPass(directory, row) || isBeyondHorizon(leaf, directory, row)) {
            blocksPruned++;
            return false;
        }
        if (!place.open(leaf, row, directory.firstOrdinal(row))) {
            blocksDamaged++;
            return false;
        }
        blocksRead++;
        sink.enterBlock(place);
        test.enterBlock(block.strings());
        return true;
    }

    private boolean isBeyondHorizon(Leaf leaf, BlockDirectory directory, int row) {
        Horizon moment = horizon;
        if (moment == null) {
            return false;
        }
        beforeHorizon = moment.spansOf(leaf, directory, row);
        return beforeHorizon == 0;
    }

    /** Returns how many spans of the block that was entered there are, or were at the earlier moment. */
    private int there() {
        return horizon == null ? block.count() : Math.min(block.count(), beforeHorizon);
    }

    private void visit(int index, SpanTest test, Sink sink) {
        try {
            SpanView span = block.span(index);
            if (sink.wants(span) && test.passes(span)) {
                sink.take(span, index);
                spansMatched++;
            }
        } catch (IndexOutOfBoundsException | FormatException damage) {
            spansDamaged++;
        }
    }

    private boolean isOver(RunLimit limit) {
        ending = limit.ending();
        return ending != Ending.REGULAR;
    }

    /** Returns the reader of the scan, for whoever reads what it found; it moves with the next run. */
    public BlockReader reader() {
        return block;
    }

    /** Returns about how many spans a run would visit, by what the indexes say. */
    public long cost(Leaves leaves) {
        long cost = 0;
        for (int i = 0; i < leaves.count(); i++) {
            try {
                LeafPlan plan = plan(leaves, leaves.index(i));
                Ordinals walk = plan.access();
                cost += leaves.leaf(i).endOrdinal() - plan.indexed() + (walk == null ? 0 : walk.cost());
            } catch (RuntimeException | InternalError failure) {
                throw explained(leaves, i, failure);
            }
            requireWhole(leaves, i);
        }
        return cost;
    }

    /** Says how a leaf would be searched. */
    public Described describe(Leaves leaves, int number) {
        Described described;
        try {
            LeafIndex index = leaves.index(number);
            plan(leaves, index);
            described = new Described(planner.describe(), index == null ? 0 : index.indexed());
        } catch (RuntimeException | InternalError failure) {
            throw explained(leaves, number, failure);
        }
        requireWhole(leaves, number);
        return described;
    }

    /** How a leaf would be searched, and how many of its spans are indexed. */
    public record Described(PlanText plan, int indexed) {}

    /** Tells whether the last run considered every stored span, as its outcome would. */
    public boolean isComplete() {
        return ending == Ending.REGULAR && blocksDamaged == 0 && spansDamaged == 0;
    }

    /** Returns what the last run did. */
    public ScanOutcome outcome() {
        return new ScanOutcome(
                ending,
                blocksRead,
                blocksPruned,
                blocksDamaged,
                spansVisited,
                spansCounted,
                spansDamaged,
                spansMatched,
                zeroDivisions.count() - divisionsBefore,
                0,
                0,
                BrokenTraces.NONE);
    }
}
