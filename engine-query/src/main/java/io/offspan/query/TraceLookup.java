package io.offspan.query;

import io.offspan.query.scan.KeptSpans;
import io.offspan.query.scan.LeafScan;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;

/**
 * Finds the spans of one trace after another, each time in the store as it is.
 *
 * <p>It keeps what it needs to run: once it has, it allocates nothing as long as no trace has more spans than those before. Between
 * runs it holds nothing of the store.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 *
 * <p><b>Fails</b> with {@link IllegalStateException} while its cursor is open.
 */
public final class TraceLookup {
    private final Leaves leaves;
    private final LeafScan scan = LeafScan.ofTraces();
    private final KeptSpans spans = KeptSpans.inTraceOrder();
    private final RunLimit limit = new RunLimit(RunLimit.NO_END);
    private final SpanCursor cursor;

    TraceLookup(Leaves leaves) {
        this.leaves = leaves;
        cursor = new SpanCursor(leaves, scan, spans, null);
    }

    /**
     * Returns the spans of a trace, the oldest first, under the one cursor of this lookup, which has to be closed before the next trace.
     *
     * @param traceIdHigh the first eight bytes of the id read as a big-endian number
     */
    public SpanCursor find(long traceIdHigh, long traceIdLow) {
        if (cursor.isOpen()) {
            throw new IllegalStateException("The cursor of the last trace is open; close it before the next one");
        }
        scan.seek(traceIdHigh, traceIdLow);
        limit.start();
        leaves.renew();
        boolean done = false;
        try {
            scan.run(leaves, spans.clear(), limit);
            spans.sort();
            done = true;
            return cursor.open();
        } finally {
            if (!done) {
                leaves.close();
            }
        }
    }
}
