package io.offspan.server.tempo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.offspan.codec.model.Value;
import io.offspan.query.ast.QueryException;
import io.offspan.server.http.Endpoint;
import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import io.offspan.server.json.OtlpJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.concurrent.Semaphore;

/**
 * An answer in JSON, and what becomes of questions that have none.
 *
 * <p>Each answers a bounded number of questions at once, so that whoever asks does not keep out who sends.
 */
final class Answer {
    static final String JSON = "application/json";
    private static final int AT_ONCE = 16;

    private static final Semaphore TURNS = new Semaphore(AT_ONCE);

    /** What writes an answer. */
    @FunctionalInterface
    interface Writer {
        void write(JsonGenerator out) throws IOException;
    }

    private Answer() {}

    /** Wraps an endpoint that asks the store. */
    static Endpoint asking(Endpoint endpoint) {
        return exchange -> {
            if (!TURNS.tryAcquire()) {
                throw new Refused(503, AT_ONCE + " questions are being answered already; ask again in a moment");
            }
            try {
                endpoint.answer(exchange);
            } catch (QueryException refused) {
                throw new Refused(400, String.valueOf(refused.getMessage()));
            } finally {
                TURNS.release();
            }
        };
    }

    /** Answers with an object. */
    static void send(Exchange exchange, Writer fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = OtlpJson.FACTORY.createGenerator(bytes)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        }
        exchange.send(200, JSON, bytes.toByteArray());
    }

    /** Writes an AnyValue as protobuf has it in JSON. */
    static void any(Value value, JsonGenerator out) throws IOException {
        out.writeStartObject();
        if (value instanceof Value.StringValue text) {
            out.writeStringField("stringValue", text.value());
        } else if (value instanceof Value.LongValue number) {
            out.writeStringField("intValue", Long.toString(number.value()));
        } else if (value instanceof Value.DoubleValue number) {
            out.writeFieldName("doubleValue");
            OtlpJson.real(number.value(), out);
        } else if (value instanceof Value.BoolValue flag) {
            out.writeBooleanField("boolValue", flag.value());
        } else if (value instanceof Value.BytesValue bytes) {
            out.writeStringField("bytesValue", Base64.getEncoder().encodeToString(bytes.value()));
        } else {
            out.writeStringField("stringValue", String.valueOf(value));
        }
        out.writeEndObject();
    }

    /** Writes a KeyValue. */
    static void keyValue(String key, Value value, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("key", key);
        out.writeFieldName("value");
        any(value, out);
        out.writeEndObject();
    }
}
