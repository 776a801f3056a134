package io.offspan.server.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of a message of OTLP.
 *
 * @param message what it holds, for {@link Kind#MESSAGE}
 * @param names of its numbers from 0 on, for {@link Kind#ENUMERATION}
 */
record OtlpField(
        int number,
        String name,
        Kind kind,
        boolean repeated,
        @Nullable OtlpMessage message,
        List<String> names) {
    /** How a field is written: in JSON and, by its wire type, in protobuf. */
    enum Kind {
        TEXT,
        BYTES,
        /** Bytes that OTLP's JSON has in hexadecimal, and protobuf's own in base64. */
        ID,
        BOOL,
        INT64,
        UINT32,
        FIXED32,
        FIXED64,
        DOUBLE,
        ENUMERATION,
        MESSAGE
    }

    static OtlpField of(int number, String name, Kind kind) {
        return new OtlpField(number, name, kind, false, null, List.of());
    }

    static OtlpField of(int number, String name, OtlpMessage message) {
        return new OtlpField(number, name, Kind.MESSAGE, false, message, List.of());
    }

    static OtlpField list(int number, String name, OtlpMessage message) {
        return new OtlpField(number, name, Kind.MESSAGE, true, message, List.of());
    }

    static OtlpField of(int number, String name, List<String> names) {
        return new OtlpField(number, name, Kind.ENUMERATION, false, null, names);
    }

    /** Returns the name as the protocol's own files spell it. */
    String snakeName() {
        StringBuilder snake = new StringBuilder();
        for (char letter : name.toCharArray()) {
            if (Character.isUpperCase(letter)) {
                snake.append('_').append(Character.toLowerCase(letter));
            } else {
                snake.append(letter);
            }
        }
        return snake.toString();
    }
}
