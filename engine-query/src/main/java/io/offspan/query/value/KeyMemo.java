package io.offspan.query.value;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import org.jspecify.annotations.Nullable;

/** Knows of each string of a block whether it is a certain key, and of each shape where that key stands in it. */
final class KeyMemo {
    /** The place of the key in a shape that does not have it; the others count from 1. */
    private static final int NOWHERE = 0;

    private final byte[] key;
    private StringHeap strings = StringHeap.NONE;
    private final StringMemo keys;
    private final StringNumbers shapes = new StringNumbers();

    /** Makes one that keeps what it knows of strings as texts in a memo, which may be shared with others for other roles. */
    KeyMemo(byte[] key, StringMemo keys) {
        this.key = key;
        this.keys = keys;
    }

    void enterBlock(StringHeap heap) {
        strings = heap;
        keys.enterBlock(heap);
        shapes.clear();
    }

    /** Moves a span's cursor to the first attribute with the key, or returns null without one. */
    @Nullable
    AttributeCursor find(SpanView span) {
        int shape = span.shapeIndex();
        int place = shapes.get(shape);
        if (place == NOWHERE) {
            return null;
        }
        AttributeCursor attributes = span.attributes();
        if (place == StringNumbers.NONE) {
            place = seek(attributes) + 1;
            shapes.put(shape, place);
            return place == NOWHERE ? null : attributes;
        }
        for (int i = 0; i < place; i++) {
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
        int memo = StringMemo.key(string, StringMemo.TEXT);
        int known = keys.get(memo);
        if (known != StringMemo.UNKNOWN) {
            return known == StringMemo.YES;
        }
        boolean same = strings.equalBytes(string, key);
        keys.put(memo, same);
        return same;
    }
}
