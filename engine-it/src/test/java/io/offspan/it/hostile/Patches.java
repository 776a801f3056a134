package io.offspan.it.hostile;

/**
 * Reads an input as a list of changes to bytes: where, and what to put there.
 *
 * <p>Kept simple for a fuzzer's sake: each change is a fixed number of bytes, so that a mutation of one leaves the others as they are.
 */
final class Patches {
    /** Bytes of one change: operation, place (region and 24 bits), eight bytes of value. */
    static final int CHANGE_BYTES = 13;

    static final int SET_BYTE = 0;
    static final int SET_INT = 1;
    static final int SET_LONG = 2;
    static final int ADD_INT = 3;
    static final int ZERO = 4;
    static final int SET_SHORT = 5;

    private static final int OPERATIONS = 6;

    private final byte[] input;
    private int at;

    Patches(byte[] input, int from) {
        this.input = input;
        at = from - CHANGE_BYTES;
    }

    /** Goes to the next change. */
    boolean next() {
        at += CHANGE_BYTES;
        return at + CHANGE_BYTES <= input.length;
    }

    int operation() {
        return (input[at] & 0xff) % OPERATIONS;
    }

    int region() {
        return input[at + 1] & 0xff;
    }

    int place() {
        return (input[at + 2] & 0xff) << 16 | (input[at + 3] & 0xff) << 8 | input[at + 4] & 0xff;
    }

    long value() {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | input[at + 5 + i] & 0xff;
        }
        return value;
    }

    /** Makes the change in an array, as far as it has room, and returns how many bytes are touched. */
    int apply(byte[] target, int offset, int end) {
        int bytes = Math.min(bytes(), end - offset);
        long before = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            before = before << 8 | target[offset + i] & 0xff;
        }
        long value = operation() == ADD_INT ? before + value() : operation() == ZERO ? 0 : value();
        for (int i = 0; i < bytes; i++) {
            target[offset + i] = (byte) (value >>> 8 * Math.min(i, 7));
        }
        return bytes;
    }

    private int bytes() {
        return switch (operation()) {
            case SET_BYTE -> 1;
            case SET_SHORT -> 2;
            case SET_INT, ADD_INT -> 4;
            case SET_LONG -> 8;
            default -> 1 + (int) (value() & 0xff);
        };
    }

    /** Encodes one change, for seeds. */
    static byte[] change(int operation, int region, int place, long value) {
        byte[] change = new byte[CHANGE_BYTES];
        change[0] = (byte) operation;
        change[1] = (byte) region;
        change[2] = (byte) (place >>> 16);
        change[3] = (byte) (place >>> 8);
        change[4] = (byte) place;
        for (int i = 0; i < 8; i++) {
            change[5 + i] = (byte) (value >>> 8 * i);
        }
        return change;
    }
}
