package io.offspan.cli.input;

import io.offspan.cli.input.ZipkinSpan.Annotation;
import io.offspan.cli.input.ZipkinSpan.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The annotations by which Zipkin's version 1 says what version 2 has fields for: the kind, the times and the hosts of a span.
 *
 * <p>{@code cs} and {@code cr} are the ends of a client's span, {@code sr} and {@code ss} of a server's, {@code ms} and {@code mr} of
 * messages; {@code ca}, {@code sa} and {@code ma} name the other side. A span that both sides share is the client's here, and what the
 * server said stays as events.
 *
 * <p><b>Threads.</b> Belongs to one thread; reused from span to span.
 */
final class ZipkinCoreAnnotations {
    private static final String[] STARTS = {"cs", "sr", "ms", "mr"};
    private static final String[] ENDS = {"cr", "ss", "", ""};
    private static final String[] KINDS = {"CLIENT", "SERVER", "PRODUCER", "CONSUMER"};

    private final Annotation[] starts = new Annotation[STARTS.length];
    private final Annotation[] ends = new Annotation[STARTS.length];
    private final Endpoint[] hosts = new Endpoint[STARTS.length];
    private final Endpoint any = new Endpoint();
    private final Endpoint other = new Endpoint();

    void clear() {
        for (int i = 0; i < STARTS.length; i++) {
            starts[i] = NONE;
            ends[i] = NONE;
            hosts[i] = new Endpoint();
        }
        any.set(new Endpoint());
        other.set(new Endpoint());
    }

    private static final Annotation NONE = new Annotation(0, "");

    /** Takes an annotation, whose host version 1 names; false when it is an event like any other. */
    boolean take(String text, long nanos, Endpoint host) {
        see(host);
        for (int i = 0; i < STARTS.length; i++) {
            if (text.equals(STARTS[i]) || text.equals(ENDS[i]) && !text.isEmpty()) {
                Annotation[] side = text.equals(STARTS[i]) ? starts : ends;
                side[i] = new Annotation(nanos, text);
                if (hosts[i].isEmpty()) {
                    hosts[i].set(host);
                }
                return true;
            }
        }
        return false;
    }

    /** Takes a binary annotation that names the other side; false when it is a tag like any other. */
    boolean takeAddress(String key, Endpoint host) {
        boolean address = key.equals("ca") || key.equals("sa") || key.equals("ma");
        if (address && !host.isEmpty()) {
            other.set(host);
            return true;
        }
        see(host);
        return false;
    }

    private void see(Endpoint host) {
        if (any.service.isEmpty()) {
            any.set(host);
        }
    }

    /** Fills what a span has no fields for, now that all of it is read. */
    void complete(ZipkinSpan span) {
        int side = side();
        for (int i = 0; i < STARTS.length; i++) {
            if (i != side || !span.kind.isEmpty()) {
                event(span, starts[i]);
                event(span, ends[i]);
            }
        }
        if (span.local.isEmpty()) {
            span.local.set(side >= 0 && !hosts[side].isEmpty() ? hosts[side] : any);
        }
        if (span.remote.isEmpty()) {
            span.remote.set(other.isEmpty() && side == 0 ? hosts[1] : other);
        }
        if (side >= 0 && span.kind.isEmpty()) {
            span.kind = KINDS[side];
            long start = starts[side].timeNanos();
            long end = ends[side].timeNanos();
            span.startNanos = span.startNanos == 0 ? start : span.startNanos;
            boolean timed = span.durationNanos == 0 && start != 0 && end > start;
            span.durationNanos = timed ? end - start : span.durationNanos;
        }
    }

    private int side() {
        for (int i = 0; i < STARTS.length; i++) {
            if (starts[i] != NONE || ends[i] != NONE) {
                return i;
            }
        }
        return -1;
    }

    private static void event(ZipkinSpan span, @Nullable Annotation annotation) {
        if (annotation != NONE && annotation != null) {
            span.annotations.add(annotation);
        }
    }
}
