package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The fields of a span that lists and JSON answers show. */
public final class SpanFields {
    /** The status code of a failed span. */
    static final int ERROR = 2;

    private SpanFields() {}

    /** The names of the columns of a list of spans. */
    static final List<String> HEADER =
            List.of("START", "DURATION", "SERVICE", "NAME", "KIND", "STATUS", "TRACE", "SPAN");

    /** Returns the columns of one span in a list. */
    static List<String> cells(Span span) {
        return new ArrayList<>(List.of(
                Units.time(span.startNanos()),
                duration(span),
                span.serviceName(),
                span.name(),
                kind(span),
                status(span),
                span.traceId(),
                span.spanId()));
    }

    /** Returns the JSON object of one span in an answer. */
    public static ObjectNode json(Span span) {
        return json(span, Json.object());
    }

    /** Fills the JSON object of one span in an answer. */
    static ObjectNode json(Span span, ObjectNode object) {
        object.put("traceId", span.traceId());
        object.put("spanId", span.spanId());
        object.put("service", span.serviceName());
        object.put("name", span.name());
        object.put("startNanos", Long.toUnsignedString(span.startNanos()));
        if (span.hasEnd()) {
            Json.put(object, "durationNanos", span.durationNanos());
        } else {
            object.putNull("durationNanos");
        }
        object.put("status", status(span));
        object.put("kind", kind(span));
        return object;
    }

    /** Writes how long a span took, if it says when it ended. */
    static String duration(Span span) {
        return span.hasEnd() ? Units.duration(span.durationNanos()) : "unfinished";
    }

    static String status(Span span) {
        return span.statusName().toLowerCase(Locale.ROOT);
    }

    static String kind(Span span) {
        return span.kindName().toLowerCase(Locale.ROOT);
    }
}
