package io.offspan.query.value;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Knows of each string of a block whether it is a certain key, and of each shape where that key stands in it. */
final class KeyMemo {
    private static final int UNKNOWN = 0;
    private static final int NO = 1;
    private static final int YES = 2;
    /** Added to a position in {@link #shapes}. */
    private static final int FIRST = 2;

    private final byte[] key;
    private StringHeap strings = StringHeap.NONE;
    private byte[] keys = new byte[0];
    private int[] shapes = new int[0];

    KeyMemo(String key) {
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    void enterBlock(StringHeap heap) {
        strings = heap;
        int count = heap.count();
        if (keys.length < count) {
            int size = Math.max(count, 2 * keys.length);
            keys = new byte[size];
            shapes = new int[size];
        } else {
            Arrays.fill(keys, 0, count, (byte) UNKNOWN);
            Arrays.fill(shapes, 0, count, UNKNOWN);
        }
    }

    /** Moves a span's cursor to the first attribute with the key, or returns null without one. */
    @org.jspecify.annotations.Nullable
    AttributeCursor find(SpanView span) {
        int shape = span.shapeIndex();
        strings.length(shape);
        int place = shapes[shape];
        if (place == NO) {
            return null;
        }
        AttributeCursor attributes = span.attributes();
        if (place == UNKNOWN) {
            int position = seek(attributes);
            shapes[shape] = position < 0 ? NO : position + FIRST;
            return position < 0 ? null : attributes;
        }
        for (int i = FIRST; i <= place; i++) {
            attributes.next();
        }
        return attributes;
    }

    /** Moves a cursor to the first attribute with the key and returns its position, or -1. */
    int seek(AttributeCursor attributes) {
        for (int position = 0; attributes.next(); position++) {
            if (isKey(attributes.keyIndex())) {
                return position;
            }
        }
        return -1;
    }

    private boolean isKey(int string) {
        int length = strings.length(string);
        int outcome = keys[string];
        if (outcome == UNKNOWN) {
            boolean same = length == key.length && strings.memory().equalBytes(strings.offset(string), key, 0, length);
            outcome = same ? YES : NO;
            keys[string] = (byte) outcome;
        }
        return outcome == YES;
    }
}
