package io.offspan.parquet;

import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.Utf8;
import java.nio.charset.StandardCharsets;

/**
 * One text that is made for a column and forgotten with the next one.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only for strings, and while it grows.
 */
final class Text {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_DIGITS = 16;
    private static final int LONGEST_NUMBER = 20;

    private Memory memory = Memory.allocate(64);
    private int length;

    Memory memory() {
        return memory;
    }

    int length() {
        return length;
    }

    Text empty() {
        length = 0;
        return this;
    }

    /** Sets the 16 hexadecimal digits of a span id. */
    Text id(long id) {
        digits(0, id);
        length = ID_DIGITS;
        return this;
    }

    /** Sets the 32 hexadecimal digits of a trace id. */
    Text id(long high, long low) {
        digits(0, high);
        digits(ID_DIGITS, low);
        length = 2 * ID_DIGITS;
        return this;
    }

    private void digits(int at, long id) {
        for (int i = 0; i < ID_DIGITS; i++) {
            memory.putByte(at + i, DIGITS[(int) (id >>> 60 - 4 * i) & 15]);
        }
    }

    /** Sets a number in decimal. */
    Text number(long value) {
        if (value == Long.MIN_VALUE) {
            return set(Long.toString(value));
        }
        long rest = Math.abs(value);
        int at = LONGEST_NUMBER;
        do {
            memory.putByte(LONGEST_NUMBER + --at, '0' + (int) (rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            memory.putByte(LONGEST_NUMBER + --at, '-');
        }
        length = LONGEST_NUMBER - at;
        memory.putBytes(0, memory, LONGEST_NUMBER + at, length);
        return this;
    }

    Text set(String text) {
        length = Utf8.length(text);
        if (memory.length() < length) {
            memory = Memory.allocate(2 * length);
        }
        Utf8.put(memory, 0, text, length);
        return this;
    }
}
