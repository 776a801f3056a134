package io.offspan.query;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.QueryException;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.SpanVisitor;
import io.offspan.query.discover.TraceSummary;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.ScanOutcome.Ending;
import io.offspan.query.trace.GroupLimits;
import io.offspan.query.trace.SummaryWalk;
import io.offspan.query.trace.TraceSummaries;
import io.offspan.query.value.TraceValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums up the traces that have a span in an answer, the first of an order.
 *
 * <p>Where there are more than may be in memory at once, they are summed up part by part, each by two more walks through the store, and of
 * each part no more is kept than is wanted.
 *
 * <p><b>Threads.</b> Belongs to one thread; one listing over leaves that the caller opens and closes.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code LIMIT}) for more traces than {@value #MOST_PARTS} parts may have.
 */
final class TraceListing {
    private static final int MOST_PARTS = 64;
    /** When a part is too large, there are so many times as many. */
    private static final int MORE = 4;

    private final Query query;
    private final Leaves leaves;
    private final GroupLimits limits;
    private final RunLimit limit;

    TraceListing(Query query, Leaves leaves, GroupLimits limits, RunLimit limit) {
        this.query = query;
        this.leaves = leaves;
        this.limits = limits;
        this.limit = limit;
    }

    Listing<TraceSummary> run() {
        int parts = 1;
        Listing<TraceSummary> found = list(parts);
        while (found == null) {
            parts *= MORE;
            found = list(parts);
        }
        return found;
    }

    /** Lists the traces in so many parts; null when one is too large. */
    private @Nullable Listing<TraceSummary> list(int parts) {
        List<TraceSummary> first = new ArrayList<>();
        long traces = 0;
        ScanOutcome outcome = null;
        for (int part = 0; part < parts; part++) {
            TraceSummaries summaries = new TraceSummaries(limits, part, parts);
            ScanOutcome done;
            try {
                done = sumUp(summaries);
            } catch (QueryException tooMany) {
                if (!summaries.isFull() || parts == MOST_PARTS) {
                    throw tooMany;
                }
                return null;
            }
            outcome = outcome == null ? done : outcome.then(done);
            traces += summaries.size();
            if (done.ending() != Ending.REGULAR) {
                return new Listing<>(List.of(), traces, outcome);
            }
            first.addAll(summaries.first(query.limit(), query.order()));
            TraceSummaries.sort(first, query.order());
            first.subList(Math.min(query.limit(), first.size()), first.size()).clear();
        }
        return new Listing<>(first, traces - first.size(), outcome == null ? ScanOutcome.NONE : outcome);
    }

    private ScanOutcome sumUp(TraceSummaries summaries) {
        ScanOutcome noted = new SpanWalk(query, leaves, limits, limit).run(new Noting(summaries));
        if (noted.ending() != Ending.REGULAR) {
            return noted;
        }
        return noted.then(new SummaryWalk(summaries, query.window()).run(leaves, limit));
    }

    /** Notes the traces of the spans that it sees. */
    private record Noting(TraceSummaries summaries) implements SpanVisitor {
        @Override
        public void begin(TraceValues traces) {}

        @Override
        public void enterBlock(StringHeap strings) {}

        @Override
        public void visit(SpanView span) {
            summaries.note(span);
        }
    }
}
