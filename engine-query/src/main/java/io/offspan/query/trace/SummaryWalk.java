package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.query.ast.Filter;
import io.offspan.query.scan.BlockPlace;
import io.offspan.query.scan.LeafScan;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.ScanOutcome.Ending;
import io.offspan.query.scan.SeekCost;
import io.offspan.query.scan.Sink;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.SpanTest;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ZeroDivisions;

/**
 * Brings the spans of the traces that were noted to their summaries: trace by trace through the index, or by one walk over all spans where
 * that is less work.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public final class SummaryWalk {
    private final TraceSummaries summaries;
    private final Filter window;

    /** @param window what spans pass that are within the times of the question */
    public SummaryWalk(TraceSummaries summaries, Filter window) {
        this.summaries = summaries;
        this.window = window;
    }

    /** Walks, and returns what that took. */
    public ScanOutcome run(Leaves leaves, RunLimit limit) {
        if (summaries.size() > SeekCost.tracesOfAWalk(leaves)) {
            LeafScan scan = new LeafScan(window);
            scan.run(leaves, summaries, limit);
            return scan.outcome();
        }
        Sink within = new Within(summaries, window);
        LeafScan scan = LeafScan.ofTraces();
        ScanOutcome all = ScanOutcome.NONE;
        for (TraceFact trace : summaries.noted()) {
            scan.seek(trace.traceIdHigh(), trace.traceIdLow());
            scan.run(leaves, within, limit);
            all = all.then(scan.outcome());
            if (all.ending() != Ending.REGULAR) {
                break;
            }
        }
        return all;
    }

    /** Takes the spans that are within the times of the question. */
    private static final class Within implements Sink {
        private final TraceSummaries summaries;
        private final SpanTest window;

        Within(TraceSummaries summaries, Filter window) {
            this.summaries = summaries;
            this.window = new FilterCompiler(new SourceCompiler(TraceValues.NONE, new ZeroDivisions())).compile(window);
        }

        @Override
        public void enterBlock(BlockPlace place) {
            window.enterBlock(place.reader().strings());
            summaries.enterBlock(place);
        }

        @Override
        public void take(SpanView span, int index) {
            if (window.passes(span)) {
                summaries.take(span, index);
            }
        }
    }
}
