package io.offspan.query.value;

import io.offspan.codec.span.StringHeap;
import java.util.Arrays;
import java.util.Objects;

/**
 * Remembers a small answer about each string of a block, for each of the roles that a string can play.
 *
 * <p><b>Threads.</b> Belongs to one thread. Reaches as far as the strings that it has answers about.
 */
public final class StringMemo {
    /** No answer yet. */
    public static final int UNKNOWN = 0;

    static final int NO = 1;
    public static final int YES = 2;

    /** A string is the text itself. */
    public static final int TEXT = 0;
    /** A string is the resource in which the value stands. */
    static final int RESOURCE = 1;
    /** A string is the instrumentation scope in which the value stands. */
    static final int SCOPE = 2;

    /** There is no value, whatever the string. */
    static final int MISSING = 3;

    private static final int ROLE_BITS = 2;
    private static final int ANSWER_BITS = 2;

    /** Answers in a byte. */
    private static final int BYTE_BITS = 2;

    private static final int FIRST_BYTES = 16;
    private static final byte[] NO_ANSWERS = {};

    /** The answers for strings as texts, which are many. */
    private byte[] texts = NO_ANSWERS;
    /** The answers for the other roles, by key. */
    private byte[] others = NO_ANSWERS;

    private int count;
    private boolean used;

    /** Joins a string and its role to one number, which is never negative. */
    public static int key(int string, int role) {
        return string << ROLE_BITS | role;
    }

    /** Forgets everything. */
    public void enterBlock(StringHeap strings) {
        if (used) {
            Arrays.fill(texts, (byte) 0);
            Arrays.fill(others, (byte) 0);
            used = false;
        }
        count = Math.max(strings.count(), 1);
    }

    /** Returns the answer for a string in its role, {@link #UNKNOWN} without one. */
    public int get(int key) {
        return isText(key) ? get(texts, key >>> ROLE_BITS) : get(others, key);
    }

    private static int get(byte[] answers, int place) {
        int at = place >>> BYTE_BITS;
        return at < answers.length ? answers[at] >>> shift(place) & (1 << ANSWER_BITS) - 1 : UNKNOWN;
    }

    /** Remembers the one answer for a string in its role. */
    public void put(int key, boolean answer) {
        int string = Objects.checkIndex(key >>> ROLE_BITS, count);
        if (isText(key)) {
            texts = put(texts, string, count, answer);
        } else {
            others = put(others, key, count << ROLE_BITS, answer);
        }
        used = true;
    }

    private static byte[] put(byte[] before, int place, int places, boolean answer) {
        int at = place >>> BYTE_BITS;
        byte[] answers = before;
        if (at >= answers.length) {
            int most = (places - 1 >>> BYTE_BITS) + 1;
            int room = Math.max(at + 1, Math.max(FIRST_BYTES, 4 * before.length));
            answers = Arrays.copyOf(before, Math.min(most, room));
        }
        answers[at] |= (byte) ((answer ? YES : NO) << shift(place));
        return answers;
    }

    private static boolean isText(int key) {
        return (key & (1 << ROLE_BITS) - 1) == TEXT;
    }

    private static int shift(int place) {
        return (place & (1 << BYTE_BITS) - 1) * ANSWER_BITS;
    }
}
