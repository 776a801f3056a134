package io.offspan.bench.w1;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The right answers to the questions of the workload, found by asking every span each of them, with nothing of the engine.
 *
 * <p>The spans are made twice: to learn how many traces there are and how long they go on, which the questions depend on, and to
 * answer. Only the answers are held.
 */
public final class W1Oracle {
    /** The order in which a search leaves spans out. */
    public static final Comparator<W1Span> OLDEST_FIRST =
            Comparator.comparingLong(W1Span::startNanos).thenComparing(W1Span::spanId, Long::compareUnsigned);

    private final W1Queries queries;
    private final long traceCount;
    private final TraceAnswer[] traces;
    private final SearchAnswer[] searches;
    private final long[] counts;

    /** The trace that a lookup is for, how many spans it has, and the sum of their ids. */
    public record TraceAnswer(long high, long low, long spans, long idSum) {}

    /** How many spans a search returns, and the sum of their ids. */
    public record SearchAnswer(long spans, long idSum) {}

    private W1Oracle(W1Queries queries, long traceCount) {
        this.queries = queries;
        this.traceCount = traceCount;
        traces = new TraceAnswer[queries.traces().size()];
        searches = new SearchAnswer[queries.searches().size()];
        counts = new long[queries.counts().size()];
    }

    /** Draws the questions for a workload and answers them. */
    public static W1Oracle of(long seed, long spans) {
        long traceCount = 0;
        long lastStart = W1Generator.BASE_NANOS;
        W1Generator first = new W1Generator(seed);
        for (long made = 0; made < spans; traceCount++) {
            List<W1Span> trace = first.trace(spans - made);
            made += trace.size();
            for (W1Span span : trace) {
                lastStart = Math.max(lastStart, span.startNanos());
            }
        }
        W1Queries queries = W1Queries.draw(seed, traceCount, lastStart - W1Generator.BASE_NANOS);
        W1Oracle oracle = new W1Oracle(queries, traceCount);
        oracle.answer(seed, spans);
        return oracle;
    }

    private void answer(long seed, long spans) {
        Map<Long, TraceAnswer> wanted = new HashMap<>();
        queries.traces().forEach(trace -> wanted.put(trace, new TraceAnswer(0, 0, 0, 0)));
        List<PriorityQueue<W1Span>> newest = queries.searches().stream()
                .map(search -> new PriorityQueue<>(OLDEST_FIRST))
                .toList();
        Map<Integer, Map<String, Long>> byRoute = new HashMap<>();
        W1Generator second = new W1Generator(seed);
        long made = 0;
        for (long number = 0; made < spans; number++) {
            List<W1Span> trace = second.trace(spans - made);
            made += trace.size();
            if (wanted.containsKey(number)) {
                wanted.put(number, whole(trace));
            }
            for (W1Span span : trace) {
                byRoute.computeIfAbsent(span.service(), s -> new HashMap<>()).merge(span.route(), 1L, Long::sum);
                search(span, newest);
            }
        }
        for (int i = 0; i < traces.length; i++) {
            traces[i] = wanted.get(queries.traces().get(i));
        }
        for (int i = 0; i < searches.length; i++) {
            PriorityQueue<W1Span> found = newest.get(i);
            long sum = found.stream().mapToLong(W1Span::spanId).sum();
            searches[i] = new SearchAnswer(found.size(), sum);
        }
        for (int i = 0; i < counts.length; i++) {
            W1Queries.Count count = queries.counts().get(i);
            counts[i] = byRoute.getOrDefault(count.service(), Map.of()).getOrDefault(count.route(), 0L);
        }
    }

    private static TraceAnswer whole(List<W1Span> trace) {
        W1Span root = trace.get(0);
        long sum = trace.stream().mapToLong(W1Span::spanId).sum();
        return new TraceAnswer(root.traceIdHigh(), root.traceIdLow(), trace.size(), sum);
    }

    private void search(W1Span span, List<PriorityQueue<W1Span>> newest) {
        if (span.status() != W1Span.ERROR) {
            return;
        }
        for (int i = 0; i < newest.size(); i++) {
            if (queries.searches().get(i).asksFor(span)) {
                PriorityQueue<W1Span> found = newest.get(i);
                found.add(span);
                if (found.size() > W1Queries.LIMIT) {
                    found.remove();
                }
            }
        }
    }

    public W1Queries queries() {
        return queries;
    }

    /** Returns how many traces the workload has. */
    public long traceCount() {
        return traceCount;
    }

    /** Returns the answer to a trace lookup. */
    public TraceAnswer trace(int query) {
        return traces[query];
    }

    /** Returns the answer to a search. */
    public SearchAnswer search(int query) {
        return searches[query];
    }

    /** Returns the answer to a count. */
    public long count(int query) {
        return counts[query];
    }

    /** Returns how many spans all trace lookups return. */
    public long traceSpans() {
        long sum = 0;
        for (TraceAnswer answer : traces) {
            sum += answer.spans();
        }
        return sum;
    }

    /** Returns how many spans all searches return. */
    public long searchSpans() {
        long sum = 0;
        for (SearchAnswer answer : searches) {
            sum += answer.spans();
        }
        return sum;
    }

    /** Returns the sum of all counts. */
    public long countedSpans() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
