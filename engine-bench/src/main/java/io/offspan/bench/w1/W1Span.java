package io.offspan.bench.w1;

import io.offspan.codec.span.SpanDraft;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * One span of the workload as plain values: ten attributes, now and then an event, never a link.
 *
 * @param service 0 to 39, by which the resource is found
 * @param kind a number of the OTLP enumeration; internal spans have the application's scope, others the server's
 * @param parentId meaningless for the root of a trace
 * @param event what happened in the middle of the span
 * @param message the message of the status and of the exception event; empty without one
 */
public record W1Span(
        long traceIdHigh,
        long traceIdLow,
        long spanId,
        boolean root,
        long parentId,
        int service,
        int kind,
        int status,
        long startNanos,
        long endNanos,
        String name,
        String method,
        String route,
        String url,
        int statusCode,
        String address,
        int port,
        String user,
        int rows,
        boolean hit,
        double score,
        Event event,
        String message) {

    /** What may happen in the middle of a span. */
    public enum Event {
        NONE,
        EXCEPTION,
        MESSAGE
    }

    /** The order in which spans end, which is the order in which they are exported. */
    public static final Comparator<W1Span> BY_END = (a, b) -> {
        int ends = Long.compareUnsigned(a.endNanos, b.endNanos);
        return ends != 0 ? ends : Long.compareUnsigned(a.spanId, b.spanId);
    };

    public static final int FLAGS = 0x101;
    public static final int INTERNAL = 1;
    public static final int ERROR = 2;
    public static final String TIMEOUT = "java.util.concurrent.TimeoutException";

    /** Returns an equal span whose texts are objects that no other span shares. */
    public W1Span withOwnStrings() {
        return new W1Span(
                traceIdHigh,
                traceIdLow,
                spanId,
                root,
                parentId,
                service,
                kind,
                status,
                startNanos,
                endNanos,
                own(name),
                own(method),
                own(route),
                own(url),
                statusCode,
                own(address),
                port,
                own(user),
                rows,
                hit,
                score,
                event,
                own(message));
    }

    /** Returns an equal span of a clock that is off by so many nanoseconds. */
    public W1Span movedBy(long nanos) {
        return new W1Span(
                traceIdHigh,
                traceIdLow,
                spanId,
                root,
                parentId,
                service,
                kind,
                status,
                startNanos + nanos,
                endNanos + nanos,
                name,
                method,
                route,
                url,
                statusCode,
                address,
                port,
                user,
                rows,
                hit,
                score,
                event,
                message);
    }

    private static String own(String text) {
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1);
    }

    /** Fills a draft with everything but resource and scope. */
    public void fill(SpanDraft draft) {
        draft.clear().ids(traceIdHigh, traceIdLow, spanId);
        if (!root) {
            draft.parent(parentId);
        }
        draft.times(startNanos, endNanos).name(name).kind(kind).flags(FLAGS);
        if (status != 0) {
            draft.status(status);
        }
        draft.attribute("http.request.method", method)
                .attribute("http.route", route)
                .attribute("url.full", url)
                .attribute("http.response.status_code", statusCode)
                .attribute("server.address", address)
                .attribute("server.port", port)
                .attribute("user.id", user)
                .attribute("db.response.returned_rows", rows)
                .attribute("cache.hit", hit)
                .attribute("app.score", score);
        if (event == Event.EXCEPTION) {
            draft.statusMessage(message)
                    .event(eventNanos(), "exception")
                    .attribute("exception.type", TIMEOUT)
                    .attribute("exception.message", message);
        } else if (event == Event.MESSAGE) {
            draft.event(eventNanos(), "message").attribute("message.id", rows).attribute("message.type", messageType());
        }
    }

    /** Returns when the event happened. */
    public long eventNanos() {
        return event == Event.EXCEPTION ? endNanos - 1000 : startNanos + (endNanos - startNanos) / 2;
    }

    /** Returns which way the message of the event went. */
    public String messageType() {
        return hit ? "SENT" : "RECEIVED";
    }
}
