package io.offspan.bench.child;

import io.offspan.core.StoreReader;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.TraceLookup;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks up traces by their ids and asks a prepared search and a prepared count again and again, in a JVM whose heap is small and whose
 * collector collects nothing. Arguments: directory, a file with the high half, the low half and the spans of some traces as three numbers
 * of 64 bits each, the question, how many spans have it, lookups.
 */
public final class AskChild {
    private static final int TRACE_BYTES = 3 * Long.BYTES;
    private static final int LIMIT = 20;
    /** Behind these every class is loaded, every trace was looked up, and the compiler has seen everything. */
    private static final long WARM_UP = 20_000;
    /** For so many lookups there is one search and one count. */
    private static final int QUERIES = 10;

    private final long[] high;
    private final long[] low;
    private final long[] spans;
    private final TraceLookup traces;
    private final PreparedQuery query;
    private final long expected;

    private AskChild(QueryEngine engine, Path ids, String question, long expected) throws IOException {
        int count = (int) (Files.size(ids) / TRACE_BYTES);
        high = new long[count];
        low = new long[count];
        spans = new long[count];
        try (DataInputStream in = new DataInputStream(Files.newInputStream(ids))) {
            for (int i = 0; i < count; i++) {
                high[i] = in.readLong();
                low[i] = in.readLong();
                spans[i] = in.readLong();
            }
        }
        traces = engine.prepareTrace();
        query = engine.prepare(Query.traceQl(question).limit(LIMIT));
        this.expected = expected;
    }

    public static void main(String[] arguments) throws IOException {
        long lookups = Long.parseLong(arguments[4]);
        long before = used();
        try (StoreReader reader = StoreReader.open(Path.of(arguments[0]))) {
            AskChild child = new AskChild(
                    QueryEngine.over(reader), Path.of(arguments[1]), arguments[2], Long.parseLong(arguments[3]));
            child.lookUp(WARM_UP);
            child.ask(WARM_UP / QUERIES);
            long warm = used();
            long begin = System.nanoTime();
            child.lookUp(lookups);
            long nanos = System.nanoTime() - begin;
            long looked = used();
            child.ask(lookups / QUERIES);
            Figures.print(
                    "lookups", lookups,
                    "queries", 2 * (lookups / QUERIES),
                    "nanos", nanos,
                    "heapBefore", before,
                    "heapWarm", warm,
                    "heapLooked", looked,
                    "heapAsked", used());
        }
    }

    private void lookUp(long times) {
        for (long i = 0; i < times; i++) {
            int trace = (int) (i % high.length);
            require(spans[trace], size(traces.find(high[trace], low[trace])));
        }
    }

    private void ask(long times) {
        for (long i = 0; i < times; i++) {
            require(expected, query.count());
            require(Math.min(expected, LIMIT), size(query.find()));
        }
    }

    private static long size(SpanCursor found) {
        long size = 0;
        try (found) {
            while (found.next()) {
                size++;
            }
        }
        return size;
    }

    private static void require(long wanted, long found) {
        if (found != wanted) {
            throw new IllegalStateException(found + " spans were found instead of " + wanted);
        }
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
