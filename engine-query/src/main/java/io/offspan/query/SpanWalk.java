package io.offspan.query;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.core.Leaf;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.ast.Filter;
import io.offspan.query.discover.SpanVisitor;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import io.offspan.query.plan.SpanFilter;
import io.offspan.query.scan.BlockPlace;
import io.offspan.query.scan.Hit;
import io.offspan.query.scan.LeafScan;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.Sink;
import io.offspan.query.trace.GroupLimits;
import io.offspan.query.trace.TraceQuestion;
import io.offspan.query.trace.TraceSearch;
import io.offspan.query.value.TraceValues;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows every span of an answer to a visitor, whatever the limit, the order and the page of the question.
 *
 * <p><b>Threads.</b> Belongs to one thread; one walk over leaves that the caller opens and closes.
 */
final class SpanWalk {
    private static final Comparator<Hit> BY_PLACE =
            Comparator.comparingInt(Hit::leaf).thenComparingInt(Hit::row).thenComparingInt(Hit::index);

    private final Query query;
    private final Leaves leaves;
    private final GroupLimits limits;
    private final RunLimit limit;

    SpanWalk(Query query, Leaves leaves, GroupLimits limits, RunLimit limit) {
        this.query = query;
        this.leaves = leaves;
        this.limits = limits;
        this.limit = limit;
    }

    /** Walks, and says what that took. */
    ScanOutcome run(SpanVisitor visitor) {
        Filter filter = SpanFilter.of(query.pipeline(), query.window());
        if (filter == null) {
            return runByTrace(visitor);
        }
        visitor.begin(TraceValues.NONE);
        LeafScan scan = new LeafScan(filter);
        scan.run(leaves, new Shown(visitor), limit);
        return scan.outcome();
    }

    private ScanOutcome runByTrace(SpanVisitor visitor) {
        TraceQuestion question = new TraceQuestion(query.pipeline(), query.window());
        TraceSearch search = new TraceSearch(question, limits, query.order(), null, Integer.MAX_VALUE, null);
        ScanOutcome outcome = search.run(leaves, limit);
        visitor.begin(search.facts());
        List<Hit> hits = new ArrayList<>(search.first());
        hits.sort(BY_PLACE);
        return outcome.damaged(visit(hits, visitor));
    }

    /** Shows spans by their places, and returns how many cannot be read where the search did not look. */
    private int visit(List<Hit> hits, SpanVisitor visitor) {
        BlockReader reader = new BlockReader();
        Hit last = null;
        int damaged = 0;
        try {
            for (Hit hit : hits) {
                if (last == null || last.leaf() != hit.leaf() || last.row() != hit.row()) {
                    open(hit, reader);
                    visitor.enterBlock(reader.strings());
                }
                last = hit;
                try {
                    visitor.visit(reader.span(hit.index()));
                } catch (IndexOutOfBoundsException | FormatException unreadable) {
                    damaged++;
                }
            }
        } finally {
            reader.release();
        }
        return damaged;
    }

    private void open(Hit hit, BlockReader reader) {
        Leaf leaf = leaves.leaf(hit.leaf());
        if (!leaf.open(hit.row(), reader)) {
            throw new IllegalStateException("Block " + hit.row() + " of segment " + hit.segment()
                    + " was read before and is damaged now; verify names the places");
        }
    }

    /** Shows the spans that a scan finds. */
    private record Shown(SpanVisitor visitor) implements Sink {
        @Override
        public boolean wantsAny(BlockDirectory bounds) {
            return visitor.wantsAny(bounds);
        }

        @Override
        public boolean wants(BlockDirectory bounds, int block) {
            return visitor.wants(bounds, block);
        }

        @Override
        public void enterBlock(BlockPlace block) {
            visitor.enterBlock(block.reader().strings());
        }

        @Override
        public boolean takeByTerms(LeafIndex index, @Nullable SpanSet among) {
            return visitor.takeByTerms(index, among);
        }

        @Override
        public void take(SpanView span, int index) {
            visitor.visit(span);
        }
    }
}
