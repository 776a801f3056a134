package io.offspan.bench.suite;

import io.offspan.bench.child.Child;
import io.offspan.bench.child.Figures;
import io.offspan.bench.child.OpenChild;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.codec.wire.Hex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long a fresh JVM takes, from its first instruction of ours on, to open a clean store with index files and to give its first right
 * answer: to a trace lookup, a search and a count.
 */
final class OpenTime {
    static final String SUBJECT = "offspan open in a fresh JVM";
    /** The metric that goals are about. */
    static final String FIRST_TRACE = "open and first trace";

    private static final int MOST_STARTS = 9;

    private OpenTime() {}

    /** A question as a child is asked it. */
    private record First(String kind, String words, long spans) {}

    static List<Row> rows(RunSize size, Path directory, W1Oracle oracle) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (First first : questions(oracle)) {
            rows.addAll(rows(QuerySuite.GROUP, SUBJECT, size, directory, first));
        }
        return rows;
    }

    /** Returns how long it takes to open a store and look up a trace. */
    static Row firstTrace(String group, String subject, RunSize size, Path directory, W1Oracle oracle)
            throws IOException {
        return rows(group, subject, size, directory, questions(oracle).get(0)).stream()
                .filter(row -> row.metric().equals(FIRST_TRACE))
                .findFirst()
                .orElseThrow();
    }

    private static List<First> questions(W1Oracle oracle) {
        W1Oracle.TraceAnswer trace = oracle.trace(0);
        int number = 0;
        while (number < W1Queries.COUNTS - 1 && oracle.count(number) == 0) {
            number++;
        }
        W1Queries.Count count = oracle.queries().counts().get(number);
        String pair = question(count);
        long spans = oracle.count(number);
        return List.of(
                new First("trace", Hex.of(trace.high(), trace.low()), trace.spans()),
                new First("search", pair, Math.min(spans, W1Queries.LIMIT)),
                new First("count", pair, spans));
    }

    /** Returns a question about a service and a route in TraceQL. */
    static String question(W1Queries.Count count) {
        return String.format(
                "{ resource.service.name = \"%s\" && span.http.route = \"%s\" }", count.serviceName(), count.route());
    }

    private static List<Row> rows(String group, String subject, RunSize size, Path directory, First first)
            throws IOException {
        List<Double> opened = new ArrayList<>();
        List<Double> answered = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_STARTS, size.rounds()); i++) {
            Figures figures = Child.run(
                    OpenChild.class, List.of("-Xshare:auto"), directory, first.kind(), first.words(), first.spans());
            opened.add(figures.get("openNanos") / 1e6);
            answered.add(figures.get("answerNanos") / 1e6);
            again.add(figures.get("againNanos") / 1e6);
        }
        String note = String.format(Locale.ROOT, "beyond the JVM's start; %,d spans, warm page cache", size.spans());
        List<Row> rows = new ArrayList<>();
        if (first.kind().equals("trace")) {
            rows.add(Row.of(group, subject, "open", "ms", true, opened).noted(note));
        }
        rows.add(Row.of(group, subject, "open and first " + first.kind(), "ms", true, answered)
                .noted(note));
        rows.add(Row.of(group, subject, "the same " + first.kind() + " again", "ms", true, again)
                .noted(note));
        return rows;
    }
}
