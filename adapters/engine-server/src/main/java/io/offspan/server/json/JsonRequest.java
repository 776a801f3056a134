package io.offspan.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.offspan.codec.proto.ProtoOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Writes a request in OTLP/JSON as the same in protobuf, while it is read.
 *
 * <p>Ids are hexadecimal, bytes base64, enumerations numbers or names, 64-bit numbers strings or numbers; names of fields in either spelling
 * of protobuf. Fields that nobody knows are passed over, and null is a field that is not there.
 *
 * <p><b>Fails</b> with an {@link IllegalArgumentException} that names the line and column.
 */
public final class JsonRequest {
    /** An AnyValue in an array in an AnyValue takes four. */
    private static final int MAX_DEPTH = 160;

    private static final int MAX_TEXT = 64 << 20;
    private static final int MOST_DIGITS = 400;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT)
                    .maxNumberLength(MOST_DIGITS)
                    .build())
            .build();
    private static final int FIRST_BYTES = 16 << 10;
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    private final JsonParser in;
    private final ProtoOutput out = new ProtoOutput(FIRST_BYTES);

    private JsonRequest(JsonParser in) {
        this.in = in;
    }

    /** Returns a request of JSON in protobuf. */
    public static ProtoOutput toProtobuf(byte[] json, int length) {
        try (JsonParser in = JSON.createParser(json, 0, length)) {
            JsonRequest request = new JsonRequest(in);
            in.nextToken();
            request.message(OtlpMessage.REQUEST, "the request");
            if (in.nextToken() != null) {
                throw request.wrong("something behind the request");
            }
            return request.out;
        } catch (JsonProcessingException malformed) {
            JsonLocation where = malformed.getLocation();
            throw new IllegalArgumentException(
                    "The request is no JSON: " + malformed.getOriginalMessage() + (where == null ? "" : at(where)),
                    malformed);
        } catch (IOException impossible) {
            throw new IllegalArgumentException("The request cannot be read: " + impossible.getMessage(), impossible);
        }
    }

    private void message(OtlpMessage type, String what) throws IOException {
        require(JsonToken.START_OBJECT, "an object for " + what);
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            OtlpField field = type.field(in.currentName());
            JsonToken value = in.nextToken();
            if (field == null) {
                in.skipChildren();
            } else if (value != JsonToken.VALUE_NULL) {
                field(type, field);
            }
        }
    }

    private void field(OtlpMessage type, OtlpField field) throws IOException {
        if (!field.repeated()) {
            value(type, field);
            return;
        }
        require(JsonToken.START_ARRAY, "a list for " + field.name());
        while (in.nextToken() != JsonToken.END_ARRAY) {
            value(type, field);
        }
    }

    private void value(OtlpMessage type, OtlpField field) throws IOException {
        int number = field.number();
        switch (field.kind()) {
            case MESSAGE -> {
                int start = out.open(number);
                message(Objects.requireNonNull(field.message()), field.name());
                out.close(start);
            }
            case TEXT -> {
                String text = text(field);
                if (!text.isEmpty() || type.isChoice()) {
                    out.text(number, text);
                }
            }
            case ID -> {
                byte[] id = hex(field);
                if (id.length > 0) {
                    out.bytes(number, id);
                }
            }
            case BYTES -> out.bytes(number, base64(field));
            case BOOL -> out.varint(number, bool(field) ? 1 : 0);
            case DOUBLE -> out.fixed64(number, Double.doubleToRawLongBits(real(field)));
            case FIXED64 -> out.fixed64(number, whole(field));
            case FIXED32 -> out.fixed32(number, (int) whole(field));
            case UINT32, INT64 -> out.varint(number, whole(field));
            case ENUMERATION -> out.varint(number, enumeration(field));
        }
    }

    private String text(OtlpField field) throws IOException {
        require(JsonToken.VALUE_STRING, "a text for " + field.name());
        return in.getText();
    }

    private byte[] hex(OtlpField field) throws IOException {
        String digits = text(field);
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException refused) {
            throw wrong(field.name() + " '" + cut(digits) + "'; it is in hexadecimal digits");
        }
    }

    private byte[] base64(OtlpField field) throws IOException {
        String text = text(field);
        try {
            return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException refused) {
            throw wrong(field.name() + " '" + cut(text) + "'; it is in base64");
        }
    }

    private boolean bool(OtlpField field) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_TRUE && in.currentToken() != JsonToken.VALUE_FALSE) {
            throw wrong("no true or false for " + field.name());
        }
        return in.getBooleanValue();
    }

    private double real(OtlpField field) throws IOException {
        if (in.currentToken().isNumeric()) {
            return in.getDoubleValue();
        }
        String text = text(field);
        try {
            return switch (text) {
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(text);
            };
        } catch (NumberFormatException refused) {
            throw wrong(field.name() + " '" + cut(text) + "'; it is a number");
        }
    }

    private long enumeration(OtlpField field) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            int known = field.names().indexOf(in.getText());
            if (known >= 0) {
                return known;
            }
        }
        return whole(field);
    }

    /** Reads a whole number of up to 64 bits, with or without a sign. */
    private long whole(OtlpField field) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NUMBER_INT
                && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return in.getLongValue();
        }
        if (!in.currentToken().isNumeric()) {
            require(JsonToken.VALUE_STRING, "a number for " + field.name());
        }
        String text = in.getText();
        // To read digits takes the square of their number.
        if (text.length() > MOST_DIGITS) {
            throw wrong(field.name() + " '" + cut(text) + "'; it is a whole number of 64 bits");
        }
        try {
            BigDecimal number = new BigDecimal(text);
            // Beyond that, the digits alone would be megabytes.
            if (Math.abs((long) number.scale()) < MOST_DIGITS) {
                BigInteger whole = number.toBigIntegerExact();
                if (whole.bitLength() < Long.SIZE || whole.signum() > 0 && whole.compareTo(TWO_TO_64) < 0) {
                    return whole.longValue();
                }
            }
        } catch (ArithmeticException | NumberFormatException refused) {
            // Said below.
        }
        throw wrong(field.name() + " '" + cut(text) + "'; it is a whole number of 64 bits");
    }

    private void require(JsonToken wanted, String what) {
        if (in.currentToken() != wanted) {
            throw wrong("no " + what);
        }
    }

    private static String cut(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("The request has " + what + at(in.currentTokenLocation()));
    }

    private static String at(JsonLocation where) {
        return ", at line " + where.getLineNr() + ", column " + where.getColumnNr();
    }
}
