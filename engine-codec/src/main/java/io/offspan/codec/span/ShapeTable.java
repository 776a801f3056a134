package io.offspan.codec.span;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of the slab under construction: lists of (key, type), found by guess, else by hash.
 *
 * <p>A guess is the shape that the last span (or event) of the same name had, for a new name that of the last span (event, link)
 * of all. The list of a span that departs from its guess is collected beside the table and looked up when it is complete.
 */
final class ShapeTable {
    private static final int MAX_SHAPES = 512;
    private static final int MAX_ENTRIES = 8192;
    private static final int GUESSES = 1024;

    /** What has attributes; each guesses from its own kind first. */
    static final int SPAN = 0;

    static final int EVENT = 1;
    static final int LINK = 2;
    private static final int KINDS = 3;

    private final SlabArea area;
    private final int[] first = new int[MAX_SHAPES + 1];
    private final int[] hash = new int[MAX_SHAPES];
    private final int[] reference = new int[MAX_SHAPES];
    private int shapes;

    final int[] key = new int[MAX_ENTRIES];
    final @Nullable String[] keyText = new String[MAX_ENTRIES];
    final byte[] type = new byte[MAX_ENTRIES];
    final short[] statistic = new short[MAX_ENTRIES];
    private final short[] guesses = new short[KINDS * GUESSES];
    private final short[] latest = new short[KINDS];

    private int[] newKey = new int[64];
    private @Nullable String[] newText = new String[64];
    private byte[] newType = new byte[64];
    private short[] newStatistic = new short[64];
    private int newSize;
    private byte[] encoded = new byte[256];

    ShapeTable(SlabArea area) {
        this.area = area;
    }

    void clear() {
        Arrays.fill(keyText, 0, first[shapes], null);
        Arrays.fill(guesses, (short) -1);
        Arrays.fill(latest, (short) -1);
        shapes = 0;
    }

    /** Returns the shape to try first, or -1. */
    int guess(int kind, int name) {
        int guess = guesses[slot(kind, name)];
        return guess < 0 ? latest[kind] : guess;
    }

    /** Returns the string index of a shape that proved right, and remembers to guess it again. */
    int confirm(int kind, int name, int shape) {
        guesses[slot(kind, name)] = (short) shape;
        latest[kind] = (short) shape;
        return reference[shape];
    }

    private static int slot(int kind, int name) {
        return kind * GUESSES + (name & GUESSES - 1);
    }

    int first(int shape) {
        return first[shape];
    }

    int size(int shape) {
        return first[shape + 1] - first[shape];
    }

    /** Starts a list with the first {@code entries} entries that begin at {@code from}. */
    void start(int from, int entries) {
        ensure(entries);
        System.arraycopy(key, from, newKey, 0, entries);
        System.arraycopy(keyText, from, newText, 0, entries);
        System.arraycopy(type, from, newType, 0, entries);
        System.arraycopy(statistic, from, newStatistic, 0, entries);
        newSize = entries;
    }

    void add(int keyIndex, @Nullable String text, int valueType, int statisticSlot) {
        ensure(newSize + 1);
        newKey[newSize] = keyIndex;
        newText[newSize] = text;
        newType[newSize] = (byte) valueType;
        newStatistic[newSize] = (short) statisticSlot;
        newSize++;
    }

    /** Ends the list and returns the string index of its shape, which is stored if it is new. */
    int finish(int kind, int name) {
        int listHash = newSize;
        for (int i = 0; i < newSize; i++) {
            listHash = (listHash * 31 + newKey[i]) * 31 + newType[i];
        }
        for (int s = 0; s < shapes; s++) {
            if (hash[s] == listHash && same(s)) {
                return confirm(kind, name, s);
            }
        }
        int bytes = encode();
        int index = area.addString(encoded, 0, bytes);
        if (shapes < MAX_SHAPES && first[shapes] + newSize <= MAX_ENTRIES) {
            remember(listHash, index);
            confirm(kind, name, shapes - 1);
        }
        return index;
    }

    private void remember(int listHash, int index) {
        int at = first[shapes];
        System.arraycopy(newKey, 0, key, at, newSize);
        System.arraycopy(newText, 0, keyText, at, newSize);
        System.arraycopy(newType, 0, type, at, newSize);
        System.arraycopy(newStatistic, 0, statistic, at, newSize);
        hash[shapes] = listHash;
        reference[shapes] = index;
        first[++shapes] = at + newSize;
    }

    private boolean same(int shape) {
        int from = first[shape];
        int to = first[shape + 1];
        return Arrays.equals(key, from, to, newKey, 0, newSize) && Arrays.equals(type, from, to, newType, 0, newSize);
    }

    private int encode() {
        int bytes = LineLayout.SHAPE_HEADER_BYTES + LineLayout.SHAPE_ENTRY_BYTES * newSize;
        if (encoded.length < bytes) {
            encoded = new byte[bytes * 2];
        }
        int at = LineLayout.SHAPE_HEADER_BYTES;
        int offset = 0;
        for (int i = 0; i < newSize; i++) {
            putShort(at, newKey[i]);
            encoded[at + 2] = newType[i];
            encoded[at + 3] = (byte) Math.min(offset, LineLayout.WALK);
            at += LineLayout.SHAPE_ENTRY_BYTES;
            int size = ValueType.bytes(newType[i]);
            offset = size < 0 ? LineLayout.VARIABLE : Math.min(offset + size, LineLayout.VARIABLE);
        }
        putShort(0, newSize);
        putShort(2, offset);
        return bytes;
    }

    private void putShort(int at, int value) {
        encoded[at] = (byte) value;
        encoded[at + 1] = (byte) (value >>> 8);
    }

    private void ensure(int size) {
        if (size > newKey.length) {
            int larger = Math.max(size, newKey.length * 2);
            newKey = Arrays.copyOf(newKey, larger);
            newText = Arrays.copyOf(newText, larger);
            newType = Arrays.copyOf(newType, larger);
            newStatistic = Arrays.copyOf(newStatistic, larger);
        }
    }
}
