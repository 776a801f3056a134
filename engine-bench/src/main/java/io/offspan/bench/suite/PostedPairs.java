package io.offspan.bench.suite;

import io.offspan.bench.w1.W1Messages;
import io.offspan.bench.w1.W1Names;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.bench.w1.W1Span;
import io.offspan.bench.w1.W1Stream;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Questions about pairs of a key and a value, drawn from all keys of every scope that have few enough values for an index to post them:
 * how many spans have the pair, how many of a service have it, and which of these are the newest. The right answers are found by asking
 * every span.
 */
final class PostedPairs {
    static final int PAIRS = 200;
    /** A key with more values is in filters, and is asked about elsewhere. */
    private static final int MOST_VALUES = 1_000;

    private static final List<String> KINDS =
            List.of("unspecified", "internal", "server", "client", "producer", "consumer");
    private static final List<String> STATES = List.of("unset", "ok", "error");

    private final List<Key> keys = keys();
    private final List<Pair> pairs = new ArrayList<>();

    /** A key as TraceQL names it, and what a span has under it: a literal, or null. */
    private static final class Key {
        final String field;
        final Function<W1Span, @Nullable String> literal;
        /** By literal a service that has a span with it. */
        final Map<String, Integer> values = new LinkedHashMap<>();

        final Map<String, List<Pair>> drawn = new LinkedHashMap<>();
        boolean tooMany;

        Key(String field, Function<W1Span, @Nullable String> literal) {
            this.field = field;
            this.literal = literal;
        }

        void learn(W1Span span) {
            String value = tooMany ? null : literal.apply(span);
            if (value != null) {
                values.putIfAbsent(value, span.service());
                tooMany = values.size() > MOST_VALUES;
            }
        }
    }

    /** A pair, a service that has spans with it, and the right answers. */
    private static final class Pair {
        final Query all;
        final Query ofService;
        final int service;
        final PriorityQueue<W1Span> newest = new PriorityQueue<>(W1Oracle.OLDEST_FIRST);
        long spans;
        long spansOfService;

        Pair(String field, String literal, int service, String serviceName) {
            String pair = field + " = " + literal;
            this.service = service;
            all = Query.traceQl("{ " + pair + " }");
            ofService = Query.traceQl("{ resource.service.name = " + text(serviceName) + " && " + pair + " }")
                    .limit(W1Queries.LIMIT);
        }

        void answer(W1Span span) {
            spans++;
            if (span.service() == service) {
                spansOfService++;
                newest.add(span);
                if (newest.size() > W1Queries.LIMIT) {
                    newest.remove();
                }
            }
        }
    }

    private PostedPairs() {}

    private static String text(String value) {
        return '"' + value + '"';
    }

    private static List<Key> keys() {
        List<Key> all = new ArrayList<>();
        Map<Integer, Map<String, String>> resources = new HashMap<>();
        Function<W1Span, Map<String, String>> resource =
                span -> resources.computeIfAbsent(span.service(), W1Messages::resourceTexts);
        for (String key : W1Messages.resourceTexts(0).keySet()) {
            all.add(new Key("resource." + key, span -> text(resource.apply(span).getOrDefault(key, ""))));
        }
        all.add(new Key("instrumentation:name", span -> text(W1Messages.scopeName(span.kind() == W1Span.INTERNAL))));
        all.add(new Key("name", span -> text(span.name())));
        all.add(new Key("kind", span -> KINDS.get(span.kind())));
        all.add(new Key("status", span -> STATES.get(span.status())));
        all.add(new Key("span:parentID", span -> span.root() ? "\"\"" : null));
        all.add(new Key("span.http.request.method", span -> text(span.method())));
        all.add(new Key("span.http.route", span -> text(span.route())));
        all.add(new Key("span.url.full", span -> text(span.url())));
        all.add(new Key("span.http.response.status_code", span -> String.valueOf(span.statusCode())));
        all.add(new Key("span.server.address", span -> text(span.address())));
        all.add(new Key("span.server.port", span -> String.valueOf(span.port())));
        all.add(new Key("span.user.id", span -> text(span.user())));
        all.add(new Key("span.db.response.returned_rows", span -> String.valueOf(span.rows())));
        all.add(new Key("span.cache.hit", span -> String.valueOf(span.hit())));
        all.add(new Key("event:name", span -> switch (span.event()) {
            case NONE -> null;
            case EXCEPTION -> "\"exception\"";
            case MESSAGE -> "\"message\"";
        }));
        all.add(new Key(
                "event.exception.type", span -> span.event() == W1Span.Event.EXCEPTION ? text(W1Span.TIMEOUT) : null));
        all.add(new Key(
                "event.message.type", span -> span.event() == W1Span.Event.MESSAGE ? text(span.messageType()) : null));
        return all;
    }

    /** Draws pairs of a workload, a key first and then one of its values, and answers the questions about them. */
    static PostedPairs of(long seed, long spans) {
        PostedPairs made = new PostedPairs();
        W1Stream first = new W1Stream(seed, spans);
        for (W1Span span = first.next(); span != null; span = first.next()) {
            for (Key key : made.keys) {
                key.learn(span);
            }
        }
        made.keys.removeIf(key -> key.tooMany || key.values.isEmpty());
        Random random = new Random(seed);
        for (int i = 0; i < PAIRS; i++) {
            made.draw(random);
        }
        W1Stream second = new W1Stream(seed, spans);
        for (W1Span span = second.next(); span != null; span = second.next()) {
            made.answer(span);
        }
        return made;
    }

    private void draw(Random random) {
        Key key = keys.get(random.nextInt(keys.size()));
        List<String> values = List.copyOf(key.values.keySet());
        String value = values.get(random.nextInt(values.size()));
        int service = key.values.getOrDefault(value, 0);
        Pair pair = new Pair(key.field, value, service, W1Names.service(service));
        key.drawn.computeIfAbsent(value, none -> new ArrayList<>()).add(pair);
        pairs.add(pair);
    }

    private void answer(W1Span span) {
        for (Key key : keys) {
            String value = key.drawn.isEmpty() ? null : key.literal.apply(span);
            List<Pair> asked = value == null ? List.of() : key.drawn.getOrDefault(value, List.of());
            for (Pair pair : asked) {
                pair.answer(span);
            }
        }
    }

    /** Returns how many keys the pairs are drawn from. */
    int keyCount() {
        return keys.size();
    }

    W1Answers.Question counts(QueryEngine engine) {
        return number -> {
            Pair pair = pairs.get(number);
            long got = engine.count(pair.all);
            return new W1Answers.Checked(pair.spans, got, got == pair.spans);
        };
    }

    W1Answers.Question countsOfService(QueryEngine engine) {
        return number -> {
            Pair pair = pairs.get(number);
            long got = engine.count(pair.ofService);
            return new W1Answers.Checked(pair.spansOfService, got, got == pair.spansOfService);
        };
    }

    W1Answers.Question searches(QueryEngine engine) {
        return number -> {
            Pair pair = pairs.get(number);
            long got = 0;
            long sum = 0;
            try (SpanCursor cursor = engine.find(pair.ofService)) {
                while (cursor.next()) {
                    sum += cursor.view().spanId();
                    got++;
                }
            }
            long right = pair.newest.stream().mapToLong(W1Span::spanId).sum();
            return new W1Answers.Checked(pair.newest.size(), got, sum == right);
        };
    }
}
