package io.offspan.parquet;

import io.offspan.codec.model.Attribute;
import io.offspan.codec.model.Value;
import java.util.Base64;

/**
 * Values as the collector writes them into columns of text: a string as it is, whole numbers without a point, bytes in base64, arrays and
 * maps as JSON.
 */
final class ValueText {
    private static final double FIRST_WITH_EXPONENT = 1e15;

    private ValueText() {}

    /** Returns the text of a value, empty for one without content. */
    static String of(Value value) {
        if (value instanceof Value.StringValue text) {
            return text.value();
        }
        if (value instanceof Value.EmptyValue) {
            return "";
        }
        if (value instanceof Value.BytesValue bytes) {
            return Base64.getEncoder().encodeToString(bytes.value());
        }
        if (value instanceof Value.DoubleValue number) {
            return of(number.value());
        }
        StringBuilder json = new StringBuilder();
        write(value, json);
        return json.toString();
    }

    /** Returns the text of a floating-point number. */
    static String of(double number) {
        if (number == Math.rint(number) && Math.abs(number) < FIRST_WITH_EXPONENT) {
            return (number == 0 && 1 / number < 0 ? "-" : "") + (long) number;
        }
        return Double.toString(number);
    }

    private static void write(Value value, StringBuilder json) {
        if (value instanceof Value.ArrayValue array) {
            String before = "[";
            for (Value each : array.values()) {
                json.append(before);
                write(each, json);
                before = ",";
            }
            json.append(before.equals("[") ? "[]" : "]");
        } else if (value instanceof Value.MapValue map) {
            String before = "{";
            for (Attribute each : map.entries()) {
                json.append(before);
                quote(each.key(), json);
                json.append(':');
                write(each.value(), json);
                before = ",";
            }
            json.append(before.equals("{") ? "{}" : "}");
        } else if (value instanceof Value.EmptyValue) {
            json.append("null");
        } else if (value instanceof Value.LongValue || value instanceof Value.BoolValue) {
            json.append(value);
        } else if (value instanceof Value.DoubleValue number && Double.isFinite(number.value())) {
            json.append(of(number.value()));
        } else {
            quote(of(value), json);
        }
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
