package io.offspan.codec.span;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The attributes of a draft in the order of the calls, those of its span, events and links in one table, a column for each field. */
final class DraftAttributes {
    int count;

    /** Keys: a string, or null and a range of the source. */
    @Nullable
    String[] keyText = new String[64];

    long[] keyRange = new long[64];
    byte[] type = new byte[64];
    /** A string or byte array, or null when the value is in {@link #bits}, there as a range for texts and bytes. */
    @Nullable
    Object[] object = new Object[64];

    long[] bits = new long[64];

    /** Forgets all attributes; the keys stay referenced until others take their places. */
    void clear() {
        Arrays.fill(object, 0, count, null);
        count = 0;
    }

    /** Adds an attribute whose value is a string or an array of bytes. */
    void add(String key, byte kind, Object value) {
        Objects.requireNonNull(value, "value");
        int i = next(Objects.requireNonNull(key, "key"), kind);
        object[i] = value;
    }

    /** Adds an attribute whose value is a number. */
    void add(String key, byte kind, long value) {
        int i = next(Objects.requireNonNull(key, "key"), kind);
        bits[i] = value;
    }

    /** Adds an attribute whose key is a range of the source. */
    void add(long key, byte kind, long value) {
        int i = next(null, kind);
        keyRange[i] = key;
        bits[i] = value;
    }

    /** Adds an attribute of another draft that has the same source. */
    void addLike(DraftAttributes from, int a) {
        int i = next(from.keyText[a], from.type[a]);
        keyRange[i] = from.keyRange[a];
        object[i] = from.object[a];
        bits[i] = from.bits[a];
    }

    /** Adds an attribute with the key of another draft that has the same source, and a text for its value. */
    void addText(DraftAttributes from, int a, String text) {
        int i = next(from.keyText[a], SpanDraft.STRING);
        keyRange[i] = from.keyRange[a];
        object[i] = text;
    }

    private int next(@Nullable String key, byte kind) {
        int i = count;
        if (i == type.length) {
            grow();
        }
        if (keyText[i] != key) { // mostly that of the span before, and to look is cheaper than to store a reference
            keyText[i] = key;
        }
        type[i] = kind;
        count = i + 1;
        return i;
    }

    private void grow() {
        int size = type.length * 2;
        keyText = Arrays.copyOf(keyText, size);
        keyRange = Arrays.copyOf(keyRange, size);
        type = Arrays.copyOf(type, size);
        object = Arrays.copyOf(object, size);
        bits = Arrays.copyOf(bits, size);
    }
}
