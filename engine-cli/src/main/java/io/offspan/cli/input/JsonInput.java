package io.offspan.cli.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JSON stream, read token by token, with the scalars of protobuf's JSON mapping.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link InputException} where the text is no JSON, and with {@link
 * FormatException} where a value is not what it should be; both name line and column.
 */
final class JsonInput implements AutoCloseable {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final BigInteger MAX_UNSIGNED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
    private static final BigInteger MAX_SIGNED = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN_SIGNED = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_UNSIGNED_INT = BigInteger.valueOf(0xffff_ffffL);
    /** More digits than any number of 64 bits has, before or behind the point. */
    private static final int MAX_DIGITS = 40;

    private static final String DECIMAL = "0123456789.+-eE";

    /** How the library writes a place inside its messages. */
    private static final Pattern SOURCE = Pattern.compile("\\[Source: .*?line: (\\d+), column: (\\d+)]");

    private final JsonParser parser;
    private long unknownFields;

    /** Reads one field, whose value is the current token; false when nobody knows it. */
    interface Fields {
        boolean read(String name) throws IOException;
    }

    /** Reads one element, which is the current token. */
    interface Element {
        void read() throws IOException;
    }

    JsonInput(InputStream in) throws IOException {
        parser = FACTORY.createParser(in);
    }

    /** Reads the values of the stream one after another; arrays at the outermost level give their elements. */
    void values(Element element) throws IOException {
        try {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        element.read();
                    }
                } else {
                    element.read();
                }
            }
        } catch (JsonProcessingException malformed) {
            throw malformed(malformed, parser.currentLocation());
        }
    }

    /** Says where a text stops being JSON, and what was expected there. */
    static InputException malformed(JsonProcessingException failure, @Nullable JsonLocation otherwise) {
        JsonLocation at = failure.getLocation() == null ? otherwise : failure.getLocation();
        String reason = failure instanceof JsonEOFException ? InputException.TRUNCATED : InputException.MALFORMED;
        String expected = SOURCE.matcher(failure.getOriginalMessage()).replaceAll("line $1, column $2");
        return new InputException(reason, place(at) + expected);
    }

    /** Reads the object that starts here; null stands for an empty one. */
    void object(String what, Fields fields) throws IOException {
        if (isNull()) {
            return;
        }
        require(JsonToken.START_OBJECT, "an object", what);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (!fields.read(name)) {
                unknownFields++;
                parser.skipChildren();
            }
        }
    }

    /** Reads the array that starts here; null stands for an empty one. */
    void array(String what, Element element) throws IOException {
        if (isNull()) {
            return;
        }
        require(JsonToken.START_ARRAY, "an array", what);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    /** Reads the object that starts here, and goes behind it also when it is refused; returns why it was, or null. */
    @Nullable
    FormatException guarded(Element object) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new InputException(
                    InputException.MALFORMED, place() + "expected an object, found " + found(parser.currentToken()));
        }
        JsonStreamContext around = parser.getParsingContext().getParent();
        try {
            object.read();
            return null;
        } catch (FormatException refused) {
            while (parser.getParsingContext() != around) {
                parser.nextToken();
            }
            return refused;
        }
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    void unknownField() {
        unknownFields++;
    }

    /** Returns how many fields nobody knew. */
    long unknownFields() {
        return unknownFields;
    }

    /** Reads a text; null stands for an empty one. */
    String text(String what) throws IOException {
        if (isNull()) {
            return "";
        }
        require(JsonToken.VALUE_STRING, "a string", what);
        return parser.getText();
    }

    /** Reads a text; numbers and truths stand for the texts that they are written as, null for an empty one. */
    String scalar(String what) throws IOException {
        JsonToken token = parser.currentToken();
        boolean written = token.isNumeric() || token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
        return written ? parser.getText() : text(what);
    }

    boolean truth(String what) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return token == JsonToken.VALUE_TRUE;
        }
        throw wrong(what, "true or false");
    }

    /** Reads an integer of 64 bits, written as a number or a string. */
    long signed(String what) throws IOException {
        return whole(what, 0, MIN_SIGNED, MAX_SIGNED, "an integer");
    }

    /** Reads an unsigned integer of 64 bits. */
    long unsigned(String what) throws IOException {
        return unsigned(what, 0, "an integer");
    }

    /** Reads an unsigned integer of 32 bits. */
    int unsignedInt(String what) throws IOException {
        return (int) whole(what, 0, BigInteger.ZERO, MAX_UNSIGNED_INT, "an integer");
    }

    /** Reads a number that is an unsigned integer of 64 bits when its point is moved to the right by some digits. */
    long unsigned(String what, int digits, String kind) throws IOException {
        return whole(what, digits, BigInteger.ZERO, MAX_UNSIGNED, kind);
    }

    private long whole(String what, int digits, BigInteger least, BigInteger most, String kind) throws IOException {
        if (isNull()) {
            return 0;
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT || isText()) {
            BigInteger value = integer(parser.getText(), digits);
            if (value != null && value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
                return value.longValue();
            }
        }
        BigInteger unit = BigInteger.TEN.pow(digits);
        throw wrong(what, kind + " from " + least.divide(unit) + " to " + most.divide(unit));
    }

    /** Returns the integer of a text whose point is moved, or null; {@code 1e3} and {@code 1.0} are integers, too. */
    private static @Nullable BigInteger integer(String text, int digits) {
        if (text.length() > MAX_DIGITS) {
            return null;
        }
        try {
            BigDecimal value = new BigDecimal(text).movePointRight(digits);
            boolean small = value.scale() >= -MAX_DIGITS && value.scale() <= MAX_DIGITS;
            return small ? value.toBigIntegerExact() : null;
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    /** Reads a floating-point number, written as a number or a string; {@code "NaN"} and {@code "Infinity"} included. */
    double real(String what) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT || isText()) {
            String text = parser.getText();
            if (text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")) {
                return Double.parseDouble(text);
            }
            try {
                double value = Double.parseDouble(text);
                if (Double.isFinite(value) && text.chars().allMatch(c -> DECIMAL.indexOf(c) >= 0)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw wrong(what, "a number");
            }
        }
        throw wrong(what, "a number within the range of a double");
    }

    boolean isText() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    private void require(JsonToken wanted, String kind, String what) throws IOException {
        if (parser.currentToken() != wanted) {
            throw wrong(what, kind);
        }
    }

    /** Says that a value is not what it should be. */
    FormatException wrong(String what, String expected) throws IOException {
        JsonToken token = parser.currentToken();
        String found = token == JsonToken.VALUE_STRING || token.isNumeric()
                ? "'" + Ids.shortened(parser.getText()) + "'"
                : found(token);
        return new FormatException(Reason.MALFORMED, place() + what + " is " + found + ", expected " + expected);
    }

    private static String found(@Nullable JsonToken token) {
        if (token == null) {
            return "the end";
        }
        return switch (token) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            default -> String.valueOf(token.asString());
        };
    }

    /** Returns where the current token starts, for a message. */
    String place() {
        return place(parser.currentTokenLocation());
    }

    private static String place(@Nullable JsonLocation at) {
        return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
