package io.offspan.bench.suite;

import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Span;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Questions about how the spans of a trace are related, and by groups of them, and the right numbers of spans, found by climbing from every
 * span to its root. There is nothing of a peer beside them: RocksDB gives a trace by its id and Lucene the spans that pass, and both leave to whoever
 * asks how these are related.
 */
final class StructureQuestions {
    private static final int SERVER = 2;
    private static final int CLIENT = 3;

    private final List<Kind> kinds = new ArrayList<>();

    /** A question, how many spans of a trace are in its answer, and what brute force finds. */
    private static final class Kind {
        final String name;
        final String traceQl;
        final ToLongFunction<List<W1Span>> right;
        long expected;

        Kind(String name, String traceQl, ToLongFunction<List<W1Span>> right) {
            this.name = name;
            this.traceQl = traceQl;
            this.right = right;
        }
    }

    private StructureQuestions(List<W1Span> largest) {
        W1Span root = largest.get(0);
        String url = aboveTheLastCall(largest).url();
        related(
                "structure, selective",
                "{ span.url.full = \"" + url + "\" } >> { kind = client }",
                span -> span.url().equals(url),
                span -> span.kind() == CLIENT);
        related(
                "structure, unselective",
                "{ kind = server } >> { status = error }",
                span -> span.kind() == SERVER,
                span -> span.status() == W1Span.ERROR);
        related(
                "structure of one trace of " + largest.size() + " spans",
                String.format(
                        "{ trace:id = \"%016x%016x\" } >> { kind = client }", root.traceIdHigh(), root.traceIdLow()),
                span -> span.traceIdHigh() == root.traceIdHigh() && span.traceIdLow() == root.traceIdLow(),
                span -> span.kind() == CLIENT);
        kinds.add(new Kind(
                "errors of a service in a trace, grouped",
                "{ status = error } | by(resource.service.name) | count() > 1",
                StructureQuestions::grouped));
    }

    /** A span that has a call below it, so that there is something to find. */
    private static W1Span aboveTheLastCall(List<W1Span> trace) {
        long parent = trace.stream()
                .filter(span -> span.kind() == CLIENT && !span.root())
                .reduce((before, after) -> after)
                .orElseThrow()
                .parentId();
        return trace.stream().filter(span -> span.spanId() == parent).findAny().orElseThrow();
    }

    static StructureQuestions of(long seed, long spans) {
        W1Generator first = new W1Generator(seed);
        List<W1Span> largest = List.of();
        for (long made = 0; made < spans; ) {
            List<W1Span> trace = first.trace(spans - made);
            made += trace.size();
            largest = trace.size() > largest.size() ? trace : largest;
        }
        StructureQuestions questions = new StructureQuestions(largest);
        W1Generator second = new W1Generator(seed);
        for (long made = 0; made < spans; ) {
            List<W1Span> trace = second.trace(spans - made);
            made += trace.size();
            for (Kind kind : questions.kinds) {
                kind.expected += kind.right.applyAsLong(trace);
            }
        }
        return questions;
    }

    private void related(String name, String traceQl, Predicate<W1Span> ancestor, Predicate<W1Span> span) {
        kinds.add(new Kind(name, traceQl, trace -> below(trace, ancestor, span)));
    }

    /** Counts the spans of a choice that have an ancestor of another. */
    private static long below(List<W1Span> trace, Predicate<W1Span> ancestor, Predicate<W1Span> span) {
        Map<Long, W1Span> byId = new HashMap<>();
        trace.forEach(each -> byId.put(each.spanId(), each));
        long found = 0;
        for (W1Span each : trace) {
            W1Span above = span.test(each) && !each.root() ? byId.get(each.parentId()) : null;
            while (above != null && !ancestor.test(above)) {
                above = above.root() ? null : byId.get(above.parentId());
            }
            found += above == null ? 0 : 1;
        }
        return found;
    }

    private static long grouped(List<W1Span> trace) {
        return trace.stream()
                .filter(span -> span.status() == W1Span.ERROR)
                .map(W1Answers::service)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                .values()
                .stream()
                .filter(count -> count > 1)
                .mapToLong(count -> count)
                .sum();
    }

    /** Prepares all questions for an engine. */
    void prepare(QueryEngine engine, MoreQuestions.Sink sink) {
        for (Kind kind : kinds) {
            PreparedQuery prepared = engine.prepare(Query.traceQl(kind.traceQl));
            sink.take(MoreQuestions.PREFIX + kind.name, number -> {
                long got = prepared.count();
                return new W1Answers.Checked(kind.expected, got, got == kind.expected);
            });
        }
    }
}
