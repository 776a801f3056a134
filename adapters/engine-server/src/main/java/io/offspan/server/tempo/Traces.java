package io.offspan.server.tempo;

import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import io.offspan.server.json.OtlpJson;
import io.offspan.server.json.OtlpJson.Dialect;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A trace by its id, without a range of time.
 *
 * <p><b>Threads.</b> Any number at once.
 */
final class Traces {
    private static final String PROTOBUF = "application/protobuf";
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{1,32}");
    private static final int TRACE = 1;

    private final QueryEngine engine;

    Traces(QueryEngine engine) {
        this.engine = engine;
    }

    /** Answers with the trace itself; 404 without one. */
    void old(Exchange exchange) throws IOException {
        ProtoOutput trace = find(exchange);
        if (trace.length() == 0) {
            throw new Refused(404, "There is no span of this trace");
        }
        if (wantsProtobuf(exchange)) {
            exchange.send(200, PROTOBUF, trace.toByteArray());
        } else {
            Answer.send(exchange, out -> OtlpJson.write(trace, "batches", Dialect.PROTOBUF, out));
        }
    }

    /** Answers with the trace in its wrapping; an empty one where there is none. */
    void wrapped(Exchange exchange) throws IOException {
        ProtoOutput trace = find(exchange);
        if (wantsProtobuf(exchange)) {
            ProtoOutput out = new ProtoOutput(trace.length() + 16);
            int start = out.open(TRACE);
            out.fields(trace.toByteArray());
            out.close(start);
            exchange.send(200, PROTOBUF, out.toByteArray());
        } else {
            Answer.send(exchange, out -> {
                out.writeObjectFieldStart("trace");
                OtlpJson.write(trace, "resourceSpans", Dialect.PROTOBUF, out);
                out.writeEndObject();
            });
        }
    }

    private static boolean wantsProtobuf(Exchange exchange) {
        String accept = exchange.header("Accept");
        return accept != null && accept.toLowerCase(Locale.ROOT).contains(PROTOBUF);
    }

    private ProtoOutput find(Exchange exchange) {
        String id = exchange.path().replaceAll(".*/", "");
        if (!ID.matcher(id).matches()) {
            throw new Refused(400, "'" + Asked.cut(id) + "' is no trace id; one has up to 32 hexadecimal digits");
        }
        String padded = "0".repeat(32 - id.length()) + id;
        long high = Long.parseUnsignedLong(padded.substring(0, 16), 16);
        long low = Long.parseUnsignedLong(padded.substring(16), 16);
        OtlpWriter writer = new OtlpWriter().begin();
        try (SpanCursor spans = engine.prepareTrace().find(high, low)) {
            while (spans.next()) {
                writer.add(spans.view());
            }
        }
        return writer.end();
    }
}
