package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.otlp.OtlpLimits;
import io.offspan.codec.proto.ProtoOutput;
import java.io.IOException;
import java.util.Base64;

/** Writes attributes and values of OTLP/JSON as protobuf. */
final class OtlpJsonValues {
    private static final Base64.Decoder BASE64 = Base64.getDecoder();

    private final JsonInput in;
    private final ProtoOutput out;

    OtlpJsonValues(JsonInput in, ProtoOutput out) {
        this.in = in;
        this.out = out;
    }

    /** Reads an array of key-value objects into a repeated field. */
    void attributes(int field, String what) throws IOException {
        keyValues(field, what, 0);
    }

    private void keyValues(int field, String what, int depth) throws IOException {
        in.array(what, () -> {
            requireObject(what);
            int keyValue = out.open(field);
            in.message(what, name -> {
                switch (name) {
                    case "key" -> out.text(1, in.text("key"));
                    case "value" -> value(2, depth);
                    default -> {
                        return false;
                    }
                }
                return true;
            });
            out.close(keyValue);
        });
    }

    private void value(int field, int depth) throws IOException {
        if (depth > OtlpLimits.MAX_NESTING) {
            throw new FormatException(
                    Reason.TOO_DEEP,
                    in.place() + "values are nested deeper than the " + OtlpLimits.MAX_NESTING + " levels allowed");
        }
        if (in.isNull()) {
            return;
        }
        int message = out.open(field);
        in.message("a value", name -> content(name, depth));
        out.close(message);
    }

    private boolean content(String name, int depth) throws IOException {
        if (in.isNull() && name.endsWith("Value")) {
            return true;
        }
        switch (name) {
            case "stringValue" -> out.text(1, in.text(name));
            case "boolValue" -> out.varint(2, in.truth(name) ? 1 : 0);
            case "intValue" -> out.varint(3, in.signed(name));
            case "doubleValue" -> out.fixed64(4, Double.doubleToRawLongBits(in.real(name)));
            case "arrayValue" ->
                list(5, name, () -> {
                    requireObject("an element");
                    value(1, depth + 1);
                });
            case "kvlistValue" -> {
                int message = out.open(6);
                in.message(name, inner -> {
                    if (!inner.equals("values")) {
                        return false;
                    }
                    keyValues(1, name, depth + 1);
                    return true;
                });
                out.close(message);
            }
            case "bytesValue" -> out.bytes(7, base64(in.text(name)));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void list(int field, String what, JsonInput.Element element) throws IOException {
        int message = out.open(field);
        in.message(what, inner -> {
            if (!inner.equals("values")) {
                return false;
            }
            in.array("values", element);
            return true;
        });
        out.close(message);
    }

    private void requireObject(String what) throws IOException {
        if (!in.isObject()) {
            throw in.wrong(what, "an object");
        }
    }

    private byte[] base64(String text) throws IOException {
        try {
            return BASE64.decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            throw in.wrong("bytesValue", "base64");
        }
    }
}
