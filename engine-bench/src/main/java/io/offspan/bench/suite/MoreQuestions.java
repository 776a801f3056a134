package io.offspan.bench.suite;

import io.offspan.bench.w1.W1Span;
import io.offspan.bench.w1.W1Stream;
import io.offspan.query.Discovery;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.discover.KeyCount;
import io.offspan.query.discover.ValueCount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * Questions beyond the three sets of the workload, a kind each, and the right answers to them, found by asking every span: values of keys
 * that an index has only in filters, a heavy and a rare one, a regular expression, a range of numbers, one of ten values, the slowest,
 * what values and keys there are, how spans are related, and numbers of them over time.
 */
final class MoreQuestions {
    static final String PREFIX = "offspan ";
    private static final Comparator<W1Span> FASTEST_FIRST =
            Comparator.comparingLong((W1Span span) -> span.endNanos() - span.startNanos());

    private static final int MOST = 20;

    private final List<Kind> kinds = new ArrayList<>();

    /** A question, and what brute force finds. */
    private static final class Kind {
        final String name;
        final String traceQl;
        final Predicate<W1Span> right;
        long expected;

        Kind(String name, String traceQl, Predicate<W1Span> right) {
            this.name = name;
            this.traceQl = traceQl;
            this.right = right;
        }
    }

    private static final String KEYS_FROM = "http.";
    private static final int KEYS = 3;

    private final StructureQuestions structure;
    private final SeriesQuestions series;
    private final String service;
    private final String routesFrom;
    private long routed;
    private long all;
    private final PriorityQueue<W1Span> slowest = new PriorityQueue<>(FASTEST_FIRST);

    private MoreQuestions(W1Span some, StructureQuestions structure, SeriesQuestions series) {
        this.structure = structure;
        this.series = series;
        service = W1Answers.service(some);
        routesFrom = some.route().substring(0, some.route().indexOf('{'));
    }

    static MoreQuestions of(long seed, long spans) {
        Map<String, Integer> users = new HashMap<>();
        W1Stream first = new W1Stream(seed, spans);
        W1Span some = first.next();
        for (W1Span span = some; span != null; span = first.next()) {
            users.merge(span.user(), 1, Integer::sum);
            some = span;
        }
        if (some == null) {
            throw new IllegalArgumentException("A workload of no spans");
        }
        Comparator<Map.Entry<String, Integer>> byCount =
                Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey());
        String heavy = users.entrySet().stream().max(byCount).orElseThrow().getKey();
        String rare = users.entrySet().stream().min(byCount).orElseThrow().getKey();
        MoreQuestions questions =
                new MoreQuestions(some, StructureQuestions.of(seed, spans), SeriesQuestions.of(seed, spans));
        questions.add(
                "user.id, a heavy value",
                text("span.user.id", heavy),
                span -> span.user().equals(heavy));
        questions.add(
                "user.id, a rare value",
                text("span.user.id", rare),
                span -> span.user().equals(rare));
        String url = some.url();
        questions.add(
                "url.full, one of its own",
                text("span.url.full", url),
                span -> span.url().equals(url));
        questions.add(
                "regular expression on routes",
                "{ span.http.route =~ \".*0[1-3]/.*/(get|list).*\" }",
                span -> span.route().matches(".*0[1-3]/.*/(get|list).*"));
        questions.add(
                "range of numbers",
                "{ span.db.response.returned_rows >= 1000 && span.db.response.returned_rows < 2000 }",
                span -> span.rows() >= 1000 && span.rows() < 2000);
        List<String> ten = users.keySet().stream().sorted().limit(10).toList();
        questions.add(
                "one of ten values",
                "{ "
                        + String.join(
                                " || ",
                                ten.stream()
                                        .map(user -> "span.user.id = \"" + user + "\"")
                                        .toList()) + " }",
                span -> ten.contains(span.user()));
        questions.answer(new W1Stream(seed, spans));
        return questions;
    }

    private static String text(String field, String value) {
        return "{ " + field + " = \"" + value + "\" }";
    }

    private void add(String name, String traceQl, Predicate<W1Span> right) {
        kinds.add(new Kind(name, traceQl, right));
    }

    private void answer(W1Stream stream) {
        for (W1Span span = stream.next(); span != null; span = stream.next()) {
            for (Kind kind : kinds) {
                kind.expected += kind.right.test(span) ? 1 : 0;
            }
            all++;
            routed += span.route().startsWith(routesFrom) ? 1 : 0;
            if (W1Answers.service(span).equals(service)) {
                slowest.add(span);
                if (slowest.size() > MOST) {
                    slowest.remove();
                }
            }
        }
    }

    /** Is told of each question by its name and what asks it. */
    interface Sink {
        void take(String subject, W1Answers.Question question);
    }

    /** Prepares all questions for an engine. */
    void prepare(QueryEngine engine, Sink sink) {
        structure.prepare(engine, sink);
        series.prepare(engine, sink);
        for (Kind kind : kinds) {
            PreparedQuery prepared = engine.prepare(Query.traceQl(kind.traceQl));
            sink.take(PREFIX + kind.name, number -> {
                long got = prepared.count();
                return new W1Answers.Checked(kind.expected, got, got == kind.expected);
            });
        }
        PreparedQuery prepared = engine.prepare(Query.traceQl(text("resource.service.name", service))
                .order(SpanOrder.SLOWEST)
                .limit(MOST));
        long expected = slowest.stream().mapToLong(MoreQuestions::nanos).sum();
        sink.take(PREFIX + "slowest 20 of a service", number -> {
            long got = 0;
            long sum = 0;
            try (SpanCursor cursor = prepared.find()) {
                while (cursor.next()) {
                    sum += cursor.view().durationNanos();
                    got++;
                }
            }
            return new W1Answers.Checked(slowest.size(), got, sum == expected);
        });
        Discovery discovery = engine.discover(Query.all());
        sink.take(PREFIX + "values of a key by prefix", number -> {
            long got = discovery.values(AttributeScope.SPAN, "http.route", routesFrom).rows().stream()
                    .mapToLong(ValueCount::spans)
                    .sum();
            return new W1Answers.Checked(routed, got, got == routed);
        });
        sink.take(PREFIX + "keys by prefix", number -> {
            long got = discovery.keys(AttributeScope.SPAN, KEYS_FROM).rows().stream()
                    .mapToLong(KeyCount::spans)
                    .sum();
            return new W1Answers.Checked(KEYS * all, got, got == KEYS * all);
        });
    }

    private static long nanos(W1Span span) {
        return span.endNanos() - span.startNanos();
    }
}
