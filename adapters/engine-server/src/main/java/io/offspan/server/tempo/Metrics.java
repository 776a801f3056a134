package io.offspan.server.tempo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.offspan.codec.model.Value;
import io.offspan.query.QueryEngine;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.series.Exemplar;
import io.offspan.query.series.Label;
import io.offspan.query.series.Sample;
import io.offspan.query.series.Series;
import io.offspan.query.series.SeriesAnswer;
import io.offspan.query.series.SeriesLimits;
import io.offspan.query.series.Steps;
import io.offspan.query.traceql.TraceQl;
import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import io.offspan.server.json.OtlpJson;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Numbers over time, and over one range.
 *
 * <p><b>Threads.</b> Any number at once.
 */
final class Metrics {
    private static final long USUAL_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final QueryEngine engine;

    Metrics(QueryEngine engine) {
        this.engine = engine;
    }

    private static MetricsQuery query(Asked asked) {
        String text = asked.text("q");
        if (text == null) {
            throw new Refused(400, "There is no q; ask for something such as { } | rate()");
        }
        return TraceQl.parseMetrics(text);
    }

    private static long end(Asked asked) {
        Instant now = Instant.now();
        return asked.time("end").orElse(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
    }

    private static long start(Asked asked, long end) {
        return asked.time("start").orElse(end - asked.length("since").orElse(USUAL_NANOS));
    }

    private SeriesAnswer answer(MetricsQuery query, Steps steps) {
        SeriesAnswer answer = engine.series(query, steps, SeriesLimits.DEFAULT.within(Asked.LONGEST));
        if (answer.outcome().ending() == ScanOutcome.Ending.OUT_OF_TIME) {
            throw new Refused(
                    503,
                    "The question took longer than " + Asked.LONGEST.toSeconds()
                            + " s; ask for a shorter time or by a narrower filter");
        }
        return answer;
    }

    /** Answers with series of samples. */
    void range(Exchange exchange) throws IOException {
        Asked asked = new Asked(exchange);
        MetricsQuery query = query(asked);
        long end = end(asked);
        long start = start(asked, end);
        var step = asked.length("step");
        Steps steps = step.isPresent() ? Steps.range(start, end, step.getAsLong()) : Steps.range(start, end);
        SeriesAnswer answer = answer(query, steps);
        Answer.send(exchange, out -> {
            out.writeArrayFieldStart("series");
            for (Series series : answer.series()) {
                out.writeStartObject();
                labels(series.labels(), out);
                out.writeArrayFieldStart("samples");
                for (Sample sample : series.samples()) {
                    out.writeStartObject();
                    out.writeStringField("timestampMs", Long.toString(sample.millis()));
                    out.writeFieldName("value");
                    OtlpJson.real(sample.value(), out);
                    out.writeEndObject();
                }
                out.writeEndArray();
                exemplars(series.exemplars(), out);
                out.writeEndObject();
            }
            out.writeEndArray();
            metrics(answer, out);
        });
    }

    /** Answers with one number for each series. */
    void instant(Exchange exchange) throws IOException {
        Asked asked = new Asked(exchange);
        MetricsQuery query = query(asked);
        long end = end(asked);
        SeriesAnswer answer = answer(query, Steps.instant(start(asked, end), end));
        Answer.send(exchange, out -> {
            out.writeArrayFieldStart("series");
            for (Series series : answer.series()) {
                List<Sample> samples = series.samples();
                if (!samples.isEmpty()) {
                    out.writeStartObject();
                    labels(series.labels(), out);
                    out.writeFieldName("value");
                    OtlpJson.real(samples.get(samples.size() - 1).value(), out);
                    out.writeEndObject();
                }
            }
            out.writeEndArray();
            metrics(answer, out);
        });
    }

    private static void labels(List<Label> labels, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("labels");
        for (Label label : labels) {
            Value value = label.value();
            Answer.keyValue(label.key(), value == null ? Value.of("nil") : value, out);
        }
        out.writeEndArray();
    }

    private static void exemplars(List<Exemplar> exemplars, JsonGenerator out) throws IOException {
        if (exemplars.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("exemplars");
        for (Exemplar exemplar : exemplars) {
            out.writeStartObject();
            labels(List.of(new Label("trace:id", Value.of(exemplar.traceId()))), out);
            out.writeFieldName("value");
            OtlpJson.real(exemplar.value(), out);
            out.writeStringField("timestampMs", Long.toString(exemplar.startNanos() / NANOS_PER_MILLI));
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void metrics(SeriesAnswer answer, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("metrics");
        out.writeStringField("inspectedSpans", Long.toString(answer.outcome().spansVisited()));
        out.writeNumberField("completedJobs", 1);
        out.writeNumberField("totalJobs", 1);
        out.writeEndObject();
    }
}
