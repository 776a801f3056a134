package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.proto.ProtoOutput;
import java.io.IOException;

/** Writes spans of OTLP/JSON as protobuf; the numbers are those of the fields in opentelemetry-proto. */
final class OtlpJsonSpan {
    private static final int TRACE_DIGITS = 32;
    private static final int SPAN_DIGITS = 16;
    private final JsonInput in;
    private final ProtoOutput out;
    private final OtlpJsonValues values;
    private boolean hasTraceId;
    private boolean hasSpanId;
    private boolean hasLinkTraceId;
    private boolean hasLinkSpanId;

    OtlpJsonSpan(JsonInput in, ProtoOutput out) {
        this.in = in;
        this.out = out;
        values = new OtlpJsonValues(in, out);
    }

    /** Reads the span object that starts here into the open message. */
    void read() throws IOException {
        hasTraceId = false;
        hasSpanId = false;
        in.message("a span", this::field);
        if (!hasTraceId || !hasSpanId) {
            throw new FormatException(
                    Reason.BAD_ID, in.place() + "a span without " + (hasTraceId ? "spanId" : "traceId") + " ends here");
        }
    }

    private boolean field(String name) throws IOException {
        switch (name) {
            case "traceId" -> hasTraceId |= id(1, name, TRACE_DIGITS);
            case "spanId" -> hasSpanId |= id(2, name, SPAN_DIGITS);
            case "traceState" -> out.text(3, in.text(name));
            case "parentSpanId" -> id(4, name, SPAN_DIGITS);
            case "name" -> out.text(5, in.text(name));
            case "kind" -> enumeration(6, name, OtlpEnumeration.SPAN_KIND);
            case "startTimeUnixNano" -> out.fixed64(7, in.unsigned(name));
            case "endTimeUnixNano" -> out.fixed64(8, in.unsigned(name));
            case "attributes" -> values.attributes(9, name);
            case "droppedAttributesCount" -> out.varint(10, in.unsignedInt(name));
            case "events" -> messages(11, name, this::event, () -> {});
            case "droppedEventsCount" -> out.varint(12, in.unsignedInt(name));
            case "links" -> messages(13, name, this::link, this::requireLinkIds);
            case "droppedLinksCount" -> out.varint(14, in.unsignedInt(name));
            case "status" -> message(15, name, this::status);
            case "flags" -> out.fixed32(16, in.unsignedInt(name));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean event(String name) throws IOException {
        switch (name) {
            case "timeUnixNano" -> out.fixed64(1, in.unsigned(name));
            case "name" -> out.text(2, in.text(name));
            case "attributes" -> values.attributes(3, name);
            case "droppedAttributesCount" -> out.varint(4, in.unsignedInt(name));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean link(String name) throws IOException {
        switch (name) {
            case "traceId" -> hasLinkTraceId |= id(1, name, TRACE_DIGITS);
            case "spanId" -> hasLinkSpanId |= id(2, name, SPAN_DIGITS);
            case "traceState" -> out.text(3, in.text(name));
            case "attributes" -> values.attributes(4, name);
            case "droppedAttributesCount" -> out.varint(5, in.unsignedInt(name));
            case "flags" -> out.fixed32(6, in.unsignedInt(name));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean status(String name) throws IOException {
        switch (name) {
            case "message" -> out.text(2, in.text(name));
            case "code" -> enumeration(3, name, OtlpEnumeration.STATUS_CODE);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void requireLinkIds() {
        boolean both = hasLinkTraceId && hasLinkSpanId;
        String missing = hasLinkTraceId ? "spanId" : "traceId";
        hasLinkTraceId = false;
        hasLinkSpanId = false;
        if (!both) {
            throw new FormatException(Reason.BAD_ID, in.place() + "a link without " + missing + " ends here");
        }
    }

    private void messages(int field, String what, JsonInput.Fields fields, Runnable after) throws IOException {
        in.array(what, () -> {
            if (!in.isObject()) {
                throw in.wrong(what, "an array of objects");
            }
            message(field, what, fields);
            after.run();
        });
    }

    private void message(int field, String what, JsonInput.Fields fields) throws IOException {
        if (in.isNull()) {
            return;
        }
        int message = out.open(field);
        in.message(what, fields);
        out.close(message);
    }

    /** Writes an id, and returns whether there is one; an empty text means none. */
    private boolean id(int field, String what, int digits) throws IOException {
        String text = in.text(what);
        if (text.isEmpty()) {
            return false;
        }
        byte[] id = Ids.bytes(text, digits / 2);
        if (id == null) {
            throw new FormatException(
                    Reason.BAD_ID,
                    in.place() + what + " is '" + Ids.shortened(text) + "', expected " + digits
                            + " hexadecimal digits or base64 of " + digits / 2 + " bytes");
        }
        out.bytes(field, id);
        return true;
    }

    /** Writes an enumeration given by number or name; a name that nobody knows counts as an unknown field. */
    private void enumeration(int field, String what, OtlpEnumeration names) throws IOException {
        if (in.isText() && !in.text(what).matches("-?\\d+")) {
            int number = names.number(in.text(what));
            if (number < 0) {
                in.unknownName(what);
            } else {
                out.varint(field, number);
            }
            return;
        }
        long number = in.signed(what);
        if (number != (int) number) {
            throw in.wrong(what, "a number of 32 bits or a name such as " + names.example());
        }
        out.varint(field, number);
    }
}
