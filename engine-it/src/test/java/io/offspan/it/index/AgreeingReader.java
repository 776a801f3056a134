package io.offspan.it.index;

import io.offspan.core.StoreReader;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.SpanIndex;
import io.offspan.query.TraceLookup;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process that asks a store by its index, whatever file or memory that is in, and by a scan, while another one writes it: what is only ever
 * added to is counted by the index as no less than by the scan before, and no more than by the one after.
 *
 * <p>Arguments: the store, how many seconds, whether it keeps an index of its own.
 */
final class AgreeingReader {
    static final int ROUTES = 4;
    static final int TRACE_SPANS = 3;

    private AgreeingReader() {}

    public static void main(String[] arguments) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.parseInt(arguments[1]));
        boolean own = Boolean.parseBoolean(arguments[2]);
        Path store = Path.of(arguments[0]);
        try (StoreReader reader = StoreReader.open(store);
                StoreReader beside = StoreReader.open(store);
                SpanIndex index = own ? SpanIndex.over(reader) : null) {
            QueryEngine fast = QueryEngine.over(reader);
            QueryEngine scan = QueryEngine.scanning(beside);
            PreparedQuery[] byIndex = new PreparedQuery[ROUTES];
            PreparedQuery[] byScan = new PreparedQuery[ROUTES];
            for (int route = 0; route < ROUTES; route++) {
                Query query = Query.traceQl("{ span.route = \"route " + route + "\" }");
                byIndex[route] = fast.prepare(query);
                byScan[route] = scan.prepare(query);
            }
            TraceLookup traces = fast.prepareTrace();
            int questions = 0;
            long counted = 0;
            long visited = 0;
            while (counted == 0 || System.nanoTime() - end < 0) {
                int route = questions % ROUTES;
                long before = byScan[route].count();
                long found = byIndex[route].count();
                counted += byIndex[route].outcome().spansCounted();
                visited += byIndex[route].outcome().spansVisited();
                long after = byScan[route].count();
                if (found < before || found > after) {
                    throw new AssertionError("route " + route + ": " + before + " by scan, " + found + " by index, "
                            + after + " by scan");
                }
                requireWhole(traces, before == 0 ? 0 : 1 + questions % before);
                questions++;
            }
            System.out.println("questions=" + questions + " counted=" + counted + " visited=" + visited);
        }
    }

    /** Requires a trace that all spans of were there before. */
    private static void requireWhole(TraceLookup traces, long trace) {
        if (trace == 0) {
            return;
        }
        try (SpanCursor spans = traces.find(7, trace)) {
            if (spans.size() != TRACE_SPANS) {
                throw new AssertionError("trace " + trace + " has " + spans.size() + " spans");
            }
        }
    }
}
