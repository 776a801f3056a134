package io.offspan.query.index;

import io.offspan.codec.model.Value;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Operand;
import io.offspan.query.value.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an index finds spans by: a scope, a key and a value.
 *
 * <p>A span has the term exactly when the comparison of that field with that value by {@code =} passes it: the first attribute
 * with the key counts, an array has the terms of its elements, one event or link is enough. Numbers are equal across types by
 * their exact value (200 is 200.0, -0.0 is 0), NaN equals nothing, and a number and a text are never equal.
 *
 * <p><b>Threads.</b> Immutable. Made once for each prepared query, its hash with it.
 */
public final class Term {
    /** A text, by its UTF-8 bytes. */
    static final int TEXT = 0;
    /** A number that is whole and fits into 64 bits. */
    static final int WHOLE = 1;
    /** Any other number, by its bits. */
    static final int FRACTION = 2;

    static final int TRUTH = 3;

    private static final byte[] NOTHING = {};

    private final Scope scope;
    private final byte[] key;
    private final int keyHash;
    private final int type;
    private final byte[] text;
    private final long bits;
    private final int hash;

    private Term(Scope scope, String key, int type, byte[] text, long bits) {
        if (!scope.hasKeys() && !key.isEmpty()) {
            throw new IllegalArgumentException("Scope " + scope + " with the key " + key + "; it has no keys");
        }
        this.scope = scope;
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.type = type;
        this.text = text;
        this.bits = bits;
        keyHash = TermHash.key(scope, HeapBytes.hash(this.key, 0, this.key.length));
        hash = type == TEXT
                ? TermHash.text(keyHash, HeapBytes.hash(text, 0, text.length))
                : TermHash.number(keyHash, type, bits);
    }

    /** Returns the term of a text. */
    public static Term of(Scope scope, String key, String text) {
        return new Term(scope, key, TEXT, text.getBytes(StandardCharsets.UTF_8), 0);
    }

    /** Returns the term of a whole number, or of the code of a kind or status. */
    public static Term of(Scope scope, String key, long number) {
        return new Term(scope, key, WHOLE, NOTHING, number);
    }

    /**
     * Returns the term of a number, which is a whole one where it has that value exactly.
     *
     * @throws IllegalArgumentException for NaN, which equals nothing
     */
    public static Term of(Scope scope, String key, double number) {
        if (Double.isNaN(number)) {
            throw new IllegalArgumentException("A term of NaN; nothing equals it");
        }
        return isWhole(number)
                ? of(scope, key, (long) number)
                : new Term(scope, key, FRACTION, NOTHING, Double.doubleToRawLongBits(number));
    }

    /** Returns the term of a boolean. */
    public static Term of(Scope scope, String key, boolean truth) {
        return new Term(scope, key, TRUTH, NOTHING, truth ? 1 : 0);
    }

    /**
     * Returns the term that the spans have which a comparison by {@code =} passes, or null where no index has terms for it: an
     * attribute of any scope (which may be asked for in each scope), times, ids, NaN, and the empty text where spans without the
     * field are taken for having it.
     */
    public static @Nullable Term ofEqual(Field field, Operand operand) {
        Scope scope = Scope.of(field);
        return scope == null ? null : of(scope, keyOf(field), operand);
    }

    /** Returns some term of a field's key, or null where no index has terms for it. */
    public static @Nullable Term ofKey(Field field) {
        Scope scope = Scope.of(field);
        return scope == null ? null : of(scope, keyOf(field), "");
    }

    private static String keyOf(Field field) {
        return field instanceof Attribute attribute ? attribute.key() : "";
    }

    private static @Nullable Term of(Scope scope, String key, Operand operand) {
        if (operand instanceof Operand.Text text) {
            return text.value().isEmpty() && scope.isSilentlyEmpty() ? null : of(scope, key, text.value());
        }
        if (operand instanceof Operand.Whole number) {
            return of(scope, key, number.value());
        }
        if (operand instanceof Operand.Fraction number) {
            return Double.isNaN(number.value()) ? null : of(scope, key, number.value());
        }
        if (operand instanceof Operand.Truth truth) {
            return of(scope, key, truth.value());
        }
        if (operand instanceof Operand.OfKind kind) {
            return scope == Scope.KIND ? of(scope, key, kind.value().code()) : null;
        }
        return scope == Scope.STATUS
                ? of(scope, key, ((Operand.OfStatus) operand).value().code())
                : null;
    }

    /** Returns the term of a value as an index has it: the bytes of a text, the bits of anything else. */
    static Term of(Scope scope, String key, int type, byte[] text, long bits) {
        return new Term(scope, key, type, text, bits);
    }

    /** Gives a value the number of a term, or returns false where the term is none of a number. */
    static boolean setNumber(Scalar value, int type, long bits) {
        if (type == WHOLE) {
            value.setWhole(bits);
        } else if (type == FRACTION) {
            value.setFraction(Double.longBitsToDouble(bits));
        }
        return type == WHOLE || type == FRACTION;
    }

    /** Tells whether a number is whole and fits into 64 bits. */
    static boolean isWhole(double number) {
        return number >= -0x1p63 && number < 0x1p63 && number == Math.rint(number);
    }

    /** Tells whether the value is a text. */
    public boolean isText() {
        return type == TEXT;
    }

    /** Returns the value: a text, a whole number (the code of a kind or status), a fraction or a boolean. */
    public Value value() {
        return switch (type) {
            case TEXT -> Value.of(new String(text, StandardCharsets.UTF_8));
            case FRACTION -> Value.of(Double.longBitsToDouble(bits));
            case TRUTH -> Value.of(bits != 0);
            default -> Value.of(bits);
        };
    }

    public Scope scope() {
        return scope;
    }

    /** Returns the key in UTF-8, empty for a scope without keys; not to be changed. */
    byte[] key() {
        return key;
    }

    /** Returns the hash of scope and key. */
    int keyHash() {
        return keyHash;
    }

    int type() {
        return type;
    }

    /** Returns a text in UTF-8, empty for other values; not to be changed. */
    public byte[] text() {
        return text;
    }

    /** Returns a number or boolean as bits, 0 for a text. */
    public long bits() {
        return bits;
    }

    /** Returns the hash of all of it, as the index calculates it from the bytes of a block. */
    int hash() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Term that
                && scope == that.scope
                && type == that.type
                && bits == that.bits
                && Arrays.equals(key, that.key)
                && Arrays.equals(text, that.text);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        String value = switch (type) {
            case TEXT -> '"' + new String(text, StandardCharsets.UTF_8) + '"';
            case FRACTION -> Double.toString(Double.longBitsToDouble(bits));
            case TRUTH -> Boolean.toString(bits != 0);
            default -> Long.toString(bits);
        };
        return scope + "[" + new String(key, StandardCharsets.UTF_8) + "] = " + value;
    }
}
