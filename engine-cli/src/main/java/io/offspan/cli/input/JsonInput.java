package io.offspan.cli.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An object at the outermost level of a JSON stream, read token by token, with the scalars of protobuf's JSON mapping.
 *
 * <p>Fields that nobody knows are passed over, and the {@link Intake} is told their names.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link JsonProcessingException} where the text is no JSON, which {@link
 * #malformed} explains, and with {@link FormatException} where a value is not what it should be; both name line and column.
 */
final class JsonInput implements AutoCloseable {
    /** {@link JsonRecords} has the limits. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2 * JsonRecords.MAX_DEPTH)
                    .maxNumberLength(2 * JsonRecords.MAX_NUMBER_BYTES)
                    .maxStringLength(2 * JsonRecords.MAX_TEXT_BYTES)
                    .maxNameLength(2 * JsonRecords.MAX_TEXT_BYTES)
                    .build())
            .build();

    private static final BigInteger MAX_UNSIGNED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
    private static final BigInteger MAX_SIGNED = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN_SIGNED = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_UNSIGNED_INT = BigInteger.valueOf(0xffff_ffffL);
    /** More digits than any number of 64 bits has, before or behind the point. */
    private static final int MAX_DIGITS = 40;

    private static final String DECIMAL = "0123456789.+-eE";
    private static final Pattern UNLIMITED = Pattern.compile("[+-]?(Infinity|INF)");
    private static final int HIGH = 0x80;

    private final JsonRecords record;
    private final Intake intake;
    private final JsonParser parser;
    private int cutsSaid;

    /** Reads one field, whose value is the current token; false when nobody knows it. */
    interface Fields {
        boolean read(String name) throws IOException;
    }

    /** Reads one element, which is the current token. */
    interface Element {
        void read() throws IOException;
    }

    /** Starts to read the object that is open. */
    JsonInput(JsonRecords record, Intake intake) throws IOException {
        this.record = record;
        this.intake = intake;
        parser = FACTORY.createParser((InputStream) record);
        parser.nextToken();
    }

    /** Says where a text stops being JSON, and what was expected there. */
    InputException malformed(JsonProcessingException failure) {
        JsonLocation at = failure.getLocation() == null ? parser.currentLocation() : failure.getLocation();
        String torn = record.torn();
        if (torn != null && at.getByteOffset() >= record.given()) {
            return new InputException(
                    InputException.TRUNCATED,
                    record.place() + "what starts in line " + record.firstLine() + " is torn: " + torn);
        }
        return new InputException(InputException.MALFORMED, place(at) + unexpected(at.getByteOffset()));
    }

    private String unexpected(long offset) {
        int found = record.recent(offset);
        int before = record.recent(offset - 1);
        if (before == '\\') {
            return "'\\" + (char) found + "' is no escape of JSON";
        }
        if (found >= HIGH || found >= 0 && found < ' ') {
            return "expected " + expected() + ", found the byte %02x".formatted(found);
        }
        String shown = found < 0 ? "the end" : "'" + (char) found + "'";
        return "expected " + expected() + ", found " + shown;
    }

    private String expected() {
        JsonStreamContext around = parser.getParsingContext();
        if (around.inArray()) {
            return "a value or ']'";
        }
        return parser.currentToken() == JsonToken.FIELD_NAME ? "a value" : "a field or '}'";
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
                intake.unknownField(name, place());
                parser.skipChildren();
            }
        }
    }

    /** Reads the object that starts here, whose fields have names of protobuf, in lowerCamelCase or as they are declared. */
    void message(String what, Fields fields) throws IOException {
        object(what, name -> fields.read(camel(name)));
    }

    private static String camel(String name) {
        if (name.indexOf('_') < 0) {
            return name;
        }
        StringBuilder camel = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '_') {
                camel.append(i > 0 && name.charAt(i - 1) == '_' ? Character.toUpperCase(c) : c);
            }
        }
        return camel.toString();
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
    FormatException guarded(String what, Element object) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            FormatException wrong = wrong(what, "an object");
            parser.skipChildren();
            return wrong;
        }
        JsonStreamContext around = parser.getParsingContext().getParent();
        int cutsBefore = cutsUpTo(parser.currentTokenLocation());
        FormatException refused = null;
        try {
            object.read();
        } catch (FormatException e) {
            refused = e;
            while (parser.getParsingContext() != around) {
                parser.nextToken();
            }
        }
        cutsSaid = cutsUpTo(parser.currentLocation());
        return cutsSaid > cutsBefore ? cut(cutsBefore) : refused;
    }

    /** Refuses what has been left out of the object outside of everything that is guarded. */
    void requireWhole() {
        if (cutsSaid < record.cuts().size()) {
            throw cut(cutsSaid);
        }
    }

    private FormatException cut(int number) {
        JsonRecords.Cut cut = record.cuts().get(number);
        return new FormatException(cut.reason(), cut.what());
    }

    private int cutsUpTo(JsonLocation place) {
        int count = 0;
        while (count < record.cuts().size() && record.cuts().get(count).before() <= place.getByteOffset()) {
            count++;
        }
        return count;
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    /** Counts a name that nobody knows. */
    void unknownName(String what) throws IOException {
        intake.unknownField(what + " " + Ids.shortened(parser.getText()), place());
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
            if (text.equals("NaN") || UNLIMITED.matcher(text).matches()) {
                return Double.parseDouble(text.replace("INF", "Infinity"));
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

    private String place(JsonLocation at) {
        long before = at.getLineNr() == 1 ? record.firstColumn() - 1 : 0;
        return "line " + (record.firstLine() + at.getLineNr() - 1) + ", column " + (before + at.getColumnNr()) + ": ";
    }

    /** Returns where the current token starts, for {@link #place(long)}. */
    long position() {
        JsonLocation at = parser.currentTokenLocation();
        long before = at.getLineNr() == 1 ? record.firstColumn() - 1 : 0;
        return record.firstLine() + at.getLineNr() - 1 << Integer.SIZE | before + at.getColumnNr();
    }

    /** Returns a place for a message. */
    static String place(long position) {
        return "line " + (position >>> Integer.SIZE) + ", column " + (position & 0xffff_ffffL) + ": ";
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
