package io.offspan.codec.wire;

/** Ids as lower-case hexadecimal text, most significant digit first. */
public final class Hex {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private Hex() {}

    /** Returns 16 digits. */
    public static String of(long value) {
        char[] text = new char[16];
        put(value, text, 0);
        return new String(text);
    }

    /** Returns 32 digits, the high half first: a trace id. */
    public static String of(long high, long low) {
        char[] text = new char[32];
        put(high, text, 0);
        put(low, text, 16);
        return new String(text);
    }

    /**
     * Reads up to 16 digits of either case from {@code start} to {@code end}.
     *
     * @throws IllegalArgumentException when the range is empty, longer than 16, or holds another character
     */
    public static long parse(CharSequence text, int start, int end) {
        if (end <= start || end - start > 16) {
            throw new IllegalArgumentException("Expected 1 to 16 hexadecimal digits, found " + (end - start));
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0 || text.charAt(i) > 'f') {
                throw new IllegalArgumentException("Not a hexadecimal digit at position " + i + " of an id");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static void put(long value, char[] text, int at) {
        for (int i = 0; i < 16; i++) {
            text[at + i] = DIGITS[(int) (value >>> (60 - 4 * i)) & 15];
        }
    }
}
