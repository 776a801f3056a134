package io.offspan.server.tempo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.Field;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.server.http.Endpoint;
import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds traces: those of the newest spans that pass, each with some of these spans and what is stored of it as a whole.
 *
 * <p>How many spans of a trace pass is counted among the newest {@value #MOST_SPANS} that do.
 *
 * <p><b>Threads.</b> Any number at once.
 */
final class Search implements Endpoint {
    static final int MOST_SPANS = 20_000;
    /** What users read where a trace has no root. */
    static final String NO_ROOT = "<root span not yet received>";

    private static final int TRACES = 20;
    private static final int SPANS_OF_EACH = 3;
    private static final int ERROR = 2;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Value NONE = Value.of("nil");

    private final QueryEngine engine;

    Search(QueryEngine engine) {
        this.engine = engine;
    }

    /** A span that passed, with the values that were asked for. */
    private record Hit(Span span, Map<String, Value> values) {}

    /** The spans of a trace that passed. */
    private static final class Found {
        private final List<Hit> first = new ArrayList<>();
        private int matched;
    }

    /** What one service has in a trace. */
    private static final class Share {
        private int spans;
        private int errors;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        Asked asked = new Asked(exchange);
        String text = asked.text("q");
        if (text != null && asked.text("tags") != null) {
            throw new Refused(400, "There are q and tags; ask by one of them");
        }
        Query query = asked.within(Query.traceQl(text == null ? Legacy.query(asked) : text))
                .limit(MOST_SPANS);
        int limit = asked.count("limit", TRACES);
        int spans = asked.count("spss", SPANS_OF_EACH);
        Map<String, Found> traces = new LinkedHashMap<>();
        ScanOutcome outcome;
        try (SpanCursor cursor = engine.find(query)) {
            collect(cursor, query.columns(), limit, spans, traces);
            outcome = cursor.outcome();
        }
        if (!outcome.complete()) {
            exchange.set("X-Offspan-Outcome", outcome.ending().name());
        }
        Answer.send(exchange, out -> {
            out.writeArrayFieldStart("traces");
            for (Map.Entry<String, Found> trace : traces.entrySet()) {
                write(trace.getKey(), trace.getValue(), out);
            }
            out.writeEndArray();
            metrics(traces.size(), outcome, out);
        });
    }

    private static void collect(
            SpanCursor cursor, List<Field> columns, int limit, int spans, Map<String, Found> traces) {
        while (cursor.next()) {
            String id = cursor.view().traceIdHex();
            Found found = traces.get(id);
            if (found == null) {
                if (traces.size() == limit) {
                    continue;
                }
                found = new Found();
                traces.put(id, found);
            }
            found.matched++;
            if (found.first.size() < spans) {
                Map<String, Value> values = new LinkedHashMap<>();
                for (Field column : columns) {
                    Value value = cursor.value(column);
                    // Grafana wants the same keys of every span.
                    values.put(keyOf(column), value == null ? NONE : value);
                }
                found.first.add(new Hit(cursor.span(), values));
            }
        }
    }

    private static String keyOf(Field field) {
        return field instanceof Attribute attribute ? attribute.key() : field.toString();
    }

    private void write(String traceId, Found found, JsonGenerator out) throws IOException {
        List<Span> all = engine.trace(traceId).spans();
        Span root = null;
        long start = Long.MAX_VALUE;
        long end = 0;
        Map<String, Share> shares = new TreeMap<>();
        for (Span span : all) {
            start = Math.min(start, span.startNanos());
            end = Math.max(end, Math.max(span.startNanos(), span.endNanos()));
            if (span.parentSpanId() == null && (root == null || span.startNanos() < root.startNanos())) {
                root = span;
            }
            Share share = shares.computeIfAbsent(serviceOf(span), absent -> new Share());
            share.spans++;
            share.errors += span.statusCode() == ERROR ? 1 : 0;
        }
        out.writeStartObject();
        out.writeStringField("traceID", traceId);
        out.writeStringField("rootServiceName", root == null ? NO_ROOT : serviceOf(root));
        out.writeStringField("rootTraceName", root == null ? "" : root.name());
        out.writeStringField("startTimeUnixNano", Long.toUnsignedString(all.isEmpty() ? 0 : start));
        long millis = all.isEmpty() ? 0 : (end - start) / NANOS_PER_MILLI;
        if (millis > 0) {
            out.writeNumberField("durationMs", Math.min(millis, 0xffff_ffffL));
        }
        out.writeFieldName("spanSet");
        spanSet(found, out);
        out.writeArrayFieldStart("spanSets");
        spanSet(found, out);
        out.writeEndArray();
        out.writeObjectFieldStart("serviceStats");
        for (Map.Entry<String, Share> share : shares.entrySet()) {
            out.writeObjectFieldStart(share.getKey());
            out.writeNumberField("spanCount", share.getValue().spans);
            if (share.getValue().errors > 0) {
                out.writeNumberField("errorCount", share.getValue().errors);
            }
            out.writeEndObject();
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private static String serviceOf(Span span) {
        Resource resource = span.resource();
        @Nullable String name = resource.serviceName();
        return name == null ? "" : name;
    }

    private static void spanSet(Found found, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeArrayFieldStart("spans");
        for (Hit hit : found.first) {
            Span span = hit.span;
            out.writeStartObject();
            out.writeStringField("spanID", span.spanId());
            out.writeStringField("name", span.name());
            out.writeStringField("startTimeUnixNano", Long.toUnsignedString(span.startNanos()));
            out.writeStringField(
                    "durationNanos", Long.toUnsignedString(Math.max(0, span.endNanos() - span.startNanos())));
            if (!hit.values.isEmpty()) {
                out.writeArrayFieldStart("attributes");
                for (Map.Entry<String, Value> value : hit.values.entrySet()) {
                    Answer.keyValue(value.getKey(), value.getValue(), out);
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeNumberField("matched", found.matched);
        out.writeEndObject();
    }

    private static void metrics(int traces, ScanOutcome outcome, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("metrics");
        out.writeNumberField("inspectedTraces", traces);
        out.writeStringField("inspectedSpans", Long.toString(outcome.spansVisited()));
        out.writeNumberField("completedJobs", 1);
        out.writeNumberField("totalJobs", 1);
        out.writeEndObject();
    }
}
