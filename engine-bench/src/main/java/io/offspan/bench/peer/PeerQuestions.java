package io.offspan.bench.peer;

import io.offspan.bench.measure.Latencies;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Metric;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Asks a store the questions of the workload and checks each answer, span ids included.
 *
 * <p>A set is left when its time is up. Questions are asked in an order that spreads over the set, so a part of it is like the whole.
 */
final class PeerQuestions {
    /** Has no divisor in common with the sizes of the sets. */
    private static final int STRIDE = 77;

    private final List<Set> sets;

    /** A set of questions by its name. */
    private record Set(String name, int size, Question question) {}

    /** Asks question {@code number}; the first answer is the right one. */
    private interface Question {
        Finding[] ask(Peer peer, int number) throws Exception;
    }

    private PeerQuestions(List<Set> sets) {
        this.sets = sets;
    }

    static PeerQuestions none() {
        return new PeerQuestions(List.of());
    }

    static PeerQuestions of(long seed, long spans) {
        W1Oracle oracle = W1Oracle.of(seed, spans);
        Question trace = (peer, number) -> {
            W1Oracle.TraceAnswer wanted = oracle.trace(number);
            return both(new Finding(wanted.spans(), wanted.idSum()), peer.trace(wanted.high(), wanted.low()));
        };
        Question search = (peer, number) -> {
            W1Oracle.SearchAnswer wanted = oracle.search(number);
            return both(
                    new Finding(wanted.spans(), wanted.idSum()),
                    peer.search(oracle.queries().searches().get(number)));
        };
        Question count = (peer, number) -> both(
                new Finding(oracle.count(number), 0),
                new Finding(peer.count(oracle.queries().counts().get(number)), 0));
        return new PeerQuestions(List.of(
                new Set("Q1", W1Queries.TRACE_LOOKUPS, trace),
                new Set("Q2", W1Queries.SEARCHES, search),
                new Set("Q3", W1Queries.COUNTS, count)));
    }

    private static Finding[] both(Finding wanted, Finding got) {
        return new Finding[] {wanted, got};
    }

    /** Asks as much of each set as there is time for. */
    Map<String, Object> round(Peer peer, long budgetMillis) throws Exception {
        Map<String, Object> figures = new LinkedHashMap<>();
        for (Set set : sets) {
            ask(peer, set, TimeUnit.MILLISECONDS.toNanos(budgetMillis), figures);
        }
        return figures;
    }

    private static void ask(Peer peer, Set set, long budgetNanos, Map<String, Object> figures) throws Exception {
        Latencies latencies = new Latencies();
        long expected = 0;
        long got = 0;
        int wrong = 0;
        int asked = 0;
        Meter meter = new Meter();
        meter.start();
        long started = System.nanoTime();
        while (asked < set.size() && (asked == 0 || System.nanoTime() - started < budgetNanos)) {
            int number = (int) ((long) asked * STRIDE % set.size());
            long begin = System.nanoTime();
            Finding[] answers = set.question().ask(peer, number);
            latencies.record(System.nanoTime() - begin);
            expected += answers[0].spans();
            got += answers[1].spans();
            wrong += answers[0].equals(answers[1]) ? 0 : 1;
            asked++;
        }
        meter.stop(asked);
        String prefix = set.name() + " ";
        figures.put(prefix + "p50", latencies.micros(50));
        figures.put(prefix + "p99", latencies.micros(99));
        figures.put(prefix + "allocated", meter.figures().getOrDefault(Metric.ALLOCATED, 0.0));
        figures.put(prefix + "asked", asked);
        figures.put(prefix + "size", set.size());
        figures.put(prefix + "expected", expected);
        figures.put(prefix + "got", got);
        figures.put(prefix + "wrong", wrong);
    }
}
