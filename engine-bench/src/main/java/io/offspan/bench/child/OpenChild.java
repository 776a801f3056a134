package io.offspan.bench.child;

import io.offspan.core.StoreReader;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import java.nio.file.Path;

/**
 * Opens a store for reading and answers its first question, in a fresh JVM, and the same one once more. Arguments: directory, {@code
 * trace}, {@code search} or {@code count}, the words of the question, how many spans are right.
 */
public final class OpenChild {
    private static final int LIMIT = 20;

    private OpenChild() {}

    public static void main(String[] arguments) {
        long expected = Long.parseLong(arguments[3]);
        long begin = System.nanoTime();
        try (StoreReader reader = StoreReader.open(Path.of(arguments[0]))) {
            long opened = System.nanoTime();
            QueryEngine engine = QueryEngine.over(reader);
            require(expected, ask(engine, arguments[1], arguments[2]));
            long answered = System.nanoTime();
            require(expected, ask(engine, arguments[1], arguments[2]));
            long again = System.nanoTime();
            Figures.print(
                    "openNanos", opened - begin,
                    "answerNanos", answered - begin,
                    "againNanos", again - answered);
        }
    }

    private static long ask(QueryEngine engine, String kind, String words) {
        return switch (kind) {
            case "trace" -> engine.trace(words).spans().size();
            case "search" -> {
                long found = 0;
                try (SpanCursor newest = engine.find(Query.traceQl(words).limit(LIMIT))) {
                    while (newest.next()) {
                        found++;
                    }
                }
                yield found;
            }
            case "count" -> engine.count(Query.traceQl(words));
            default -> throw new IllegalArgumentException("A question of the kind '" + kind + "'");
        };
    }

    private static void require(long expected, long found) {
        if (found != expected) {
            throw new IllegalStateException(found + " spans were found instead of " + expected);
        }
    }
}
