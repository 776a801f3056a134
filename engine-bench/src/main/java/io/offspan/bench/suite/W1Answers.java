package io.offspan.bench.suite;

import io.offspan.bench.codec.SpanSum;
import io.offspan.bench.w1.W1Names;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.TraceLookup;
import io.offspan.query.ast.Filter;
import java.time.Duration;

/** Asks Offspan the questions of the workload and compares its answers with the right ones, span ids included. */
final class W1Answers {
    private final QueryEngine engine;
    private final W1Oracle oracle;
    private final TraceLookup traces;
    private final SpanSum fields = new SpanSum();

    /**
     * A question that was answered.
     *
     * @param expected how many spans there should be
     * @param got how many there were
     * @param right whether they were the right ones
     */
    record Checked(long expected, long got, boolean right) {}

    /** Asks question {@code number} of a set. */
    @FunctionalInterface
    interface Question {
        Checked ask(int number);
    }

    W1Answers(QueryEngine engine, W1Oracle oracle) {
        this.engine = engine;
        this.oracle = oracle;
        traces = engine.prepareTrace();
    }

    /** Returns the service of a span by its name. */
    static String service(W1Span span) {
        return W1Names.service(span.service());
    }

    Checked trace(int number) {
        W1Oracle.TraceAnswer wanted = oracle.trace(number);
        long sum = 0;
        long got = 0;
        try (SpanCursor spans = traces.find(wanted.high(), wanted.low())) {
            while (spans.next()) {
                sum += spans.view().spanId();
                fields.of(spans.view());
                got++;
            }
        }
        return new Checked(wanted.spans(), got, got == wanted.spans() && sum == wanted.idSum());
    }

    Checked search(int number) {
        W1Oracle.SearchAnswer wanted = oracle.search(number);
        W1Queries.Search search = oracle.queries().searches().get(number);
        Query query = Query.where(Filter.service(search.serviceName())
                        .and(Filter.status(SpanStatus.ERROR))
                        .and(Filter.minDuration(Duration.ofNanos(W1Queries.SLOW_NANOS))))
                .from(search.fromNanos())
                .to(search.toNanos())
                .limit(W1Queries.LIMIT);
        long sum = 0;
        long got = 0;
        try (SpanCursor cursor = engine.find(query)) {
            while (cursor.next()) {
                sum += cursor.view().spanId();
                got++;
            }
        }
        return new Checked(wanted.spans(), got, got == wanted.spans() && sum == wanted.idSum());
    }

    Checked count(int number) {
        W1Queries.Count count = oracle.queries().counts().get(number);
        long got = engine.count(Query.where(Filter.service(count.serviceName())
                .and(Filter.spanAttribute("http.route").equalTo(count.route()))));
        long wanted = oracle.count(number);
        return new Checked(wanted, got, wanted == got);
    }
}
