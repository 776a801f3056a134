package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Layout.Column;
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

    /** The columns of a list of spans. What a terminal has no room for at the end are ids, of which a beginning is enough. */
    private static final List<Column> COLUMNS = List.of(
            Column.beginning("START", 19),
            Column.text("DURATION", 8),
            Column.text("SERVICE", 8),
            Column.text("NAME", 12),
            Column.text("KIND", 4),
            Column.text("STATUS", 6),
            Column.beginning("TRACE", 8),
            Column.beginning("SPAN", 4));

    private static final int LEAST_SELECTED = 8;

    /** Returns the columns of a list of spans, and behind them those that are selected. */
    static List<Column> columns(List<String> selected) {
        return columns(false, selected);
    }

    /** Returns them with the store of each span behind its own columns, if there are several. */
    static List<Column> columns(boolean stores, List<String> selected) {
        List<Column> columns = new ArrayList<>(COLUMNS);
        if (stores) {
            columns.add(Column.text("STORE", 5));
        }
        selected.forEach(name -> columns.add(Column.text(name, LEAST_SELECTED)));
        return columns;
    }

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
