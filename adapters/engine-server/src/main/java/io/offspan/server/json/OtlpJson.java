package io.offspan.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.proto.ProtoOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request in protobuf as the same in JSON.
 *
 * <p><b>Fails</b> with {@link io.offspan.codec.FormatException} for bytes that are no request.
 */
public final class OtlpJson {
    /** Which JSON. */
    public enum Dialect {
        /** As OTLP says: ids in hexadecimal, enumerations as numbers. */
        OTLP,
        /** As protobuf says: ids in base64, enumerations by name. */
        PROTOBUF
    }

    /** Writes JSON; made here so that all limits and habits are the same. */
    public static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private final ProtoInput in = new ProtoInput();
    private final JsonGenerator out;
    private final Dialect dialect;

    private OtlpJson(JsonGenerator out, Dialect dialect) {
        this.out = out;
        this.dialect = dialect;
    }

    /**
     * Writes the array of what a request holds for each resource.
     *
     * @param name of the array, {@code resourceSpans} or another
     */
    public static void write(ProtoOutput request, String name, Dialect dialect, JsonGenerator out) throws IOException {
        OtlpJson json = new OtlpJson(out, dialect);
        json.in.wrap(request.bytes(), 0);
        out.writeArrayFieldStart(name);
        while (json.in.position() < request.length()) {
            int tag = json.in.tag(request.length());
            if (tag == (1 << 3 | ProtoInput.LENGTH)) {
                json.nested(OtlpMessage.RESOURCE_SPANS, request.length());
            } else {
                json.in.skip(tag, request.length());
            }
        }
        out.writeEndArray();
    }

    private void nested(OtlpMessage type, int end) throws IOException {
        int length = in.length(end);
        message(type, in.position() + length);
    }

    private void message(OtlpMessage type, int end) throws IOException {
        Map<Integer, List<Integer>> places = new TreeMap<>();
        while (in.position() < end) {
            int tag = in.tag(end);
            places.computeIfAbsent(tag, absent -> new ArrayList<>()).add(in.position());
            in.skip(tag, end);
        }
        out.writeStartObject();
        for (Map.Entry<Integer, List<Integer>> entry : places.entrySet()) {
            OtlpField field = type.field(entry.getKey() >>> 3);
            if (field != null && (entry.getKey() & 7) == wireType(field)) {
                field(field, entry.getValue(), end);
            }
        }
        out.writeEndObject();
        in.position(end);
    }

    private static int wireType(OtlpField field) {
        return switch (field.kind()) {
            case TEXT, BYTES, ID, MESSAGE -> ProtoInput.LENGTH;
            case BOOL, INT64, UINT32, ENUMERATION -> ProtoInput.VARINT;
            case FIXED64, DOUBLE -> ProtoInput.FIXED64;
            case FIXED32 -> ProtoInput.FIXED32;
        };
    }

    private void field(OtlpField field, List<Integer> places, int end) throws IOException {
        if (field.repeated()) {
            out.writeArrayFieldStart(field.name());
            for (int place : places) {
                in.position(place);
                value(field, end);
            }
            out.writeEndArray();
        } else {
            out.writeFieldName(field.name());
            // Of a field that comes twice, the last one counts.
            in.position(places.get(places.size() - 1));
            value(field, end);
        }
    }

    private void value(OtlpField field, int end) throws IOException {
        OtlpMessage message = field.message();
        if (message != null) {
            nested(message, end);
            return;
        }
        switch (field.kind()) {
            case TEXT -> out.writeString(in.text(end));
            case BYTES -> out.writeString(Base64.getEncoder().encodeToString(bytes(end)));
            case ID ->
                out.writeString(
                        dialect == Dialect.OTLP
                                ? HexFormat.of().formatHex(bytes(end))
                                : Base64.getEncoder().encodeToString(bytes(end)));
            case BOOL -> out.writeBoolean(in.varint(end) != 0);
            case INT64 -> out.writeString(Long.toString(in.varint(end)));
            case FIXED64 -> out.writeString(Long.toUnsignedString(in.fixed64(end)));
            case UINT32 -> out.writeNumber(in.varint(end) & 0xffff_ffffL);
            case FIXED32 -> out.writeNumber(Integer.toUnsignedLong(in.fixed32(end)));
            case DOUBLE -> real(Double.longBitsToDouble(in.fixed64(end)), out);
            case ENUMERATION -> enumeration(field, (int) in.varint(end));
            case MESSAGE -> throw new IllegalStateException(field.name());
        }
    }

    private void enumeration(OtlpField field, int number) throws IOException {
        @Nullable
        String name =
                number >= 0 && number < field.names().size() ? field.names().get(number) : null;
        if (dialect == Dialect.OTLP || name == null) {
            out.writeNumber(number);
        } else {
            out.writeString(name);
        }
    }

    /** Writes a number; those that JSON does not have as protobuf says. */
    public static void real(double value, JsonGenerator out) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumber(value);
        } else {
            out.writeString(Double.toString(value));
        }
    }

    private byte[] bytes(int end) {
        int length = in.length(end);
        byte[] copy = Arrays.copyOfRange(in.bytes(), in.position(), in.position() + length);
        in.position(in.position() + length);
        return copy;
    }
}
