package io.offspan.it.index;

import io.offspan.core.StoreReader;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.discover.ServiceCall;
import java.nio.file.Path;
import java.util.List;

/** Asks a store that another process has written, and prints how many spans or calls are in each answer. */
final class AskedChild {
    /** When all traces but the largest begin. */
    static final long OTHERS_FROM = 1_000_000_000;

    /** What is asked of all spans; an exclamation mark stands for the calls between services. */
    static final List<String> OF_ALL = List.of(
            "{ } >> { }",
            "{ name = \"leaf\" } !<< { }",
            "{ } | by(name) | count() > 0",
            "{ trace:id = \"1\" } >> { }",
            "!");

    /** What is asked of all but the largest trace. */
    static final List<String> OF_OTHERS = List.of(
            "{ span:childCount > 0 } | count() > 0",
            "{ nestedSetParent < 0 } | count() > 0",
            "{ parent.number >= 0 }",
            "{ } > { } | select(trace:rootName, parent.number)");

    private AskedChild() {}

    public static void main(String... arguments) {
        try (StoreReader reader = StoreReader.open(Path.of(arguments[0]))) {
            QueryEngine engine = QueryEngine.over(reader);
            OF_ALL.forEach(question -> System.out.println(ask(engine, question, 0)));
            OF_OTHERS.forEach(question -> System.out.println(ask(engine, question, OTHERS_FROM)));
        }
    }

    private static long ask(QueryEngine engine, String question, long from) {
        if (question.equals("!")) {
            return engine.discover(Query.all()).calls().rows().stream()
                    .mapToLong(ServiceCall::calls)
                    .sum();
        }
        try (SpanCursor found = engine.find(Query.traceQl(question).from(from))) {
            return found.outcome().spansMatched();
        }
    }
}
