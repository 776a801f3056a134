package io.offspan.bench.w1;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Makes the spans of the workload, trace after trace, always the same for the same seed. */
public final class W1Generator {
    /** The seed of the published figures. */
    public static final long SEED = 0x0FF59A1120260001L;

    /** When the first trace may begin. */
    static final long BASE_NANOS = 1_760_000_000_000_000_000L;

    private static final int MAX_SPANS = 2000;
    private static final int SERVER = 2;
    private static final int CLIENT = 3;
    private static final int PRODUCER = 4;
    private static final int CONSUMER = 5;
    private static final HexFormat HEX = HexFormat.of();

    private final SplitMix64 random;
    private final W1Names names = new W1Names();
    private final Zipf services = new Zipf(W1Names.SERVICES);
    private final Zipf operations = new Zipf(W1Names.OPERATIONS);
    private final Zipf users = new Zipf(W1Names.USERS);
    private double traceNanos;

    public W1Generator(long seed) {
        random = new SplitMix64(seed);
    }

    /** Makes the next {@code count} spans, the last trace cut, in the order in which they end. */
    public List<W1Span> spans(int count) {
        List<W1Span> spans = new ArrayList<>(count);
        while (spans.size() < count) {
            spans.addAll(trace(count - spans.size()));
        }
        spans.sort(W1Span.BY_END);
        return spans;
    }

    /** Makes the next trace, root first and every span behind its parent, cut after {@code room} spans. */
    public List<W1Span> trace(long room) {
        traceNanos += -Math.log(1 - random.uniform()) * 30e6;
        long high = random.next();
        long low = random.next();
        long drawn = Math.round(Math.exp(1.52 + 1.05 * random.normal()));
        int size = (int) Math.min(Math.min(Math.max(drawn, 1), MAX_SPANS), room);
        List<W1Span> trace = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            trace.add(span(high, low, trace, i));
        }
        return trace;
    }

    private W1Span span(long high, long low, List<W1Span> trace, int i) {
        long spanId = random.next();
        W1Span parent = i == 0 ? null : trace.get(i - (1 + (int) (random.uniform() * Math.min(i, 16))));
        int kind = parent == null ? SERVER : childKind(random.uniform());
        boolean remote = kind == SERVER || kind == CONSUMER;
        int service = parent == null || remote ? services.draw(random) : parent.service();
        int operation = operations.draw(random);
        double s = random.uniform();
        int status = s < .03 ? W1Span.ERROR : s < .08 ? 1 : 0;
        double drawn = Math.exp(Math.log(8e6) + 1.6 * random.normal());
        long duration = (long) Math.min(Math.max(drawn, 1e3), 60e9);
        long start = BASE_NANOS + (long) traceNanos;
        if (parent != null) {
            double within = Math.min(parent.endNanos() - parent.startNanos(), 2e9);
            start = parent.startNanos() + (long) (random.uniform() * within);
        }
        String method = names.method(random.uniform());
        String url =
                names.url(service, operation, HEX.toHexDigits((int) random.next()), HEX.toHexDigits(random.next()));
        int statusCode = statusCode(status);
        int host = (int) (5 * random.uniform());
        int port = random.uniform() < .8 ? 8080 : 8443;
        String user = names.user(users.draw(random));
        int rows = (int) Math.min(100_000, Math.exp(2 + 1.5 * random.normal()));
        boolean hit = random.uniform() < .6;
        double score = random.uniform();
        double e = random.uniform();
        W1Span.Event event =
                status == W1Span.ERROR ? W1Span.Event.EXCEPTION : e < .175 ? W1Span.Event.MESSAGE : W1Span.Event.NONE;
        String message = event == W1Span.Event.EXCEPTION ? names.timeout(duration, random.uniform()) : "";
        return new W1Span(
                high,
                low,
                spanId,
                parent == null,
                parent == null ? 0 : parent.spanId(),
                service,
                kind,
                status,
                start,
                start + duration,
                names.span(service, operation),
                method,
                names.route(service, operation),
                url,
                statusCode,
                names.address(service, host),
                port,
                user,
                rows,
                hit,
                score,
                event,
                message);
    }

    private static int childKind(double u) {
        if (u < .40) {
            return W1Span.INTERNAL;
        }
        if (u < .65) {
            return CLIENT;
        }
        return u < .90 ? SERVER : u < .95 ? PRODUCER : CONSUMER;
    }

    private int statusCode(int status) {
        double u = random.uniform();
        if (status == W1Span.ERROR) {
            return u < .7 ? 500 : 503;
        }
        if (u < .93) {
            return 200;
        }
        return random.uniform() < .5 ? 201 : 404;
    }
}
