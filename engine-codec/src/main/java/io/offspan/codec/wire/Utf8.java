package io.offspan.codec.wire;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;

/**
 * Strings as UTF-8 bytes in off-heap memory, by bulk copy where the string allows it.
 *
 * <p>A compact string whose characters are all ASCII is its own UTF-8 form, so its array is copied as it is. Everything else goes character by character; an unpaired surrogate becomes {@code ?}, as in {@link
 * String#getBytes}. Where the JDK hides the array of a string ({@link #BULK} is false) the portable path is taken.
 */
public final class Utf8 {
    private static final long VALUE = offsetOf("value");
    private static final long CODER = offsetOf("coder");

    /** Whether the array of a string is reachable, so that ASCII strings are copied in bulk. */
    public static final boolean BULK = bulk();

    /** What is returned instead of a sum; a sum that happens to be the same only makes the caller take the longer way. */
    public static final long NOT_ASCII = Long.MIN_VALUE;

    private Utf8() {}

    /** Returns the exact number of UTF-8 bytes of a string. */
    public static int length(String text) {
        int chars = text.length();
        if (BULK && isLatin1(text) && isAscii(valueOf(text))) {
            return chars;
        }
        int bytes = chars;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                if (c < 0x800) {
                    bytes++;
                } else if (!Character.isSurrogate(c)) {
                    bytes += 2;
                } else if (isPair(text, i)) {
                    bytes += 2;
                    i++;
                }
            }
        }
        return bytes;
    }

    /**
     * Writes a string if it is its own UTF-8 form, one byte a character, in a single pass.
     *
     * @return false when it is not, or may not be; the {@code text.length()} bytes at the offset are then undefined
     */
    public static boolean putAscii(Memory memory, long offset, String text) {
        return BULK && isLatin1(text) && memory.putAscii(offset, valueOf(text));
    }

    /**
     * Does the same and folds the bytes into a running sum as {@link Memory#foldString} does.
     *
     * @return the sum, or {@link #NOT_ASCII} where the other method returns false
     */
    public static long putAscii(Memory memory, long offset, String text, long sum) {
        return BULK && isLatin1(text) ? memory.putAscii(offset, valueOf(text), sum) : NOT_ASCII;
    }

    /** Writes a string whose UTF-8 form has {@code bytes} bytes, as {@link #length} returned them. */
    public static void put(Memory memory, long offset, String text, int bytes) {
        if (BULK && bytes == text.length() && isLatin1(text)) {
            memory.putBytes(offset, valueOf(text), 0, bytes);
        } else {
            putChars(memory, offset, text);
        }
    }

    /** Reads a string; malformed bytes become U+FFFD. */
    public static String get(Memory memory, long offset, int bytes) {
        byte[] copy = new byte[bytes];
        memory.getBytes(offset, copy, 0, bytes);
        return new String(copy, StandardCharsets.UTF_8);
    }

    private static void putChars(Memory memory, long offset, String text) {
        long at = offset;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                memory.putByte(at++, c);
            } else if (c < 0x800) {
                memory.putByte(at++, 0xc0 | c >> 6);
                memory.putByte(at++, 0x80 | c & 0x3f);
            } else if (!Character.isSurrogate(c)) {
                memory.putByte(at++, 0xe0 | c >> 12);
                memory.putByte(at++, 0x80 | c >> 6 & 0x3f);
                memory.putByte(at++, 0x80 | c & 0x3f);
            } else if (isPair(text, i)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                memory.putByte(at++, 0xf0 | point >> 18);
                memory.putByte(at++, 0x80 | point >> 12 & 0x3f);
                memory.putByte(at++, 0x80 | point >> 6 & 0x3f);
                memory.putByte(at++, 0x80 | point & 0x3f);
            } else {
                memory.putByte(at++, '?');
            }
        }
    }

    private static boolean isPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }

    private static boolean isAscii(byte[] value) {
        int i = 0;
        long bits = 0;
        for (; i + 8 <= value.length; i += 8) {
            bits |= HeapBytes.getLong(value, i);
        }
        for (; i < value.length; i++) {
            bits |= value[i];
        }
        return (bits & 0x8080808080808080L) == 0;
    }

    /** The array of a string that is known not to be null: a raw read of a null reference would end the JVM. */
    private static byte[] valueOf(String text) {
        return (byte[]) Raw.UNSAFE.getObject(text, VALUE);
    }

    private static boolean isLatin1(String text) {
        return Raw.UNSAFE.getByte(text, CODER) == 0;
    }

    private static long offsetOf(String field) {
        try {
            Field declared = String.class.getDeclaredField(field);
            return Raw.UNSAFE.objectFieldOffset(declared);
        } catch (ReflectiveOperationException | RuntimeException absent) {
            return -1;
        }
    }

    private static boolean bulk() {
        if (VALUE < 0 || CODER < 0 || "false".equals(System.getProperty("offspan.strings.bulk"))) {
            return false;
        }
        Object value = Raw.UNSAFE.getObject("ascii", VALUE);
        return value instanceof byte[] bytes && (bytes.length == 5 || bytes.length == 10);
    }
}
