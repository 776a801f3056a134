package io.offspan.bench.w1;

import java.util.ArrayList;
import java.util.List;

/**
 * The three sets of questions to the workload, always the same for the same seed and number of spans.
 *
 * <p>They are drawn in this order from a generator of their own: for each trace lookup the trace, in the order in which traces are
 * made; for each search the service, then the beginning of the window; for each count the service, then the operation.
 *
 * @param traces which traces are looked up, numbered from 0 in the order in which they are made
 */
public record W1Queries(List<Long> traces, List<Search> searches, List<Count> counts) {
    public static final int TRACE_LOOKUPS = 1000;
    public static final int SEARCHES = 200;
    public static final int COUNTS = 200;

    /** The most spans of a search's answer. */
    public static final int LIMIT = 20;
    /** The shortest duration that a search is for. */
    public static final long SLOW_NANOS = 100_000_000L;

    static final long WINDOW_NANOS = 600_000_000_000L;
    /** The generator of questions starts one further than that of spans. */
    private static final long SEED_STEP = 1;

    private static final W1Names NAMES = new W1Names();

    /** Asks for the newest spans of a service with an error and at least {@link #SLOW_NANOS}, that start in a window of ten minutes. */
    public record Search(int service, long fromNanos, long toNanos) {
        /** Returns the service as spans name it. */
        public String serviceName() {
            return W1Names.service(service);
        }

        boolean asksFor(W1Span span) {
            return span.service() == service
                    && span.status() == W1Span.ERROR
                    && span.endNanos() - span.startNanos() >= SLOW_NANOS
                    && span.startNanos() >= fromNanos
                    && span.startNanos() < toNanos;
        }
    }

    /** Asks how many spans a service has on one of its routes. */
    public record Count(int service, int operation) {
        /** Returns the service as spans name it. */
        public String serviceName() {
            return W1Names.service(service);
        }

        /** Returns the route as the attribute {@code http.route} names it. */
        public String route() {
            return NAMES.route(service, operation);
        }
    }

    /** Draws the questions to so many traces that begin within {@code startsNanos} of each other. */
    static W1Queries draw(long dataSeed, long traceCount, long startsNanos) {
        SplitMix64 random = new SplitMix64(dataSeed + SEED_STEP);
        Zipf services = new Zipf(W1Names.SERVICES);
        Zipf operations = new Zipf(W1Names.OPERATIONS);
        List<Long> traces = new ArrayList<>();
        for (int i = 0; i < TRACE_LOOKUPS; i++) {
            traces.add((long) (random.uniform() * traceCount));
        }
        List<Search> searches = new ArrayList<>();
        for (int i = 0; i < SEARCHES; i++) {
            int service = services.draw(random);
            long from = W1Generator.BASE_NANOS + (long) (random.uniform() * Math.max(0, startsNanos - WINDOW_NANOS));
            searches.add(new Search(service, from, from + WINDOW_NANOS));
        }
        List<Count> counts = new ArrayList<>();
        for (int i = 0; i < COUNTS; i++) {
            counts.add(new Count(services.draw(random), operations.draw(random)));
        }
        return new W1Queries(traces, searches, counts);
    }
}
