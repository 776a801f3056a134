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

    private static final byte[] NO_ANSWERS = {};

    private byte[] answers = NO_ANSWERS;
    private int count;
    private boolean used;

    /** Joins a string and its role to one number, which is never negative. */
    public static int key(int string, int role) {
        return string << ROLE_BITS | role;
    }

    /** Forgets everything. */
    public void enterBlock(StringHeap strings) {
        if (used) {
            Arrays.fill(answers, 0, Math.min(count, answers.length), (byte) 0);
            used = false;
        }
        count = Math.max(strings.count(), 1);
    }

    /** Returns the answer for a string in its role, {@link #UNKNOWN} without one. */
    public int get(int key) {
        int string = key >>> ROLE_BITS;
        return string < answers.length ? answers[string] >>> shift(key) & (1 << ANSWER_BITS) - 1 : UNKNOWN;
    }

    /** Remembers the one answer for a string in its role. */
    public void put(int key, boolean answer) {
        int string = Objects.checkIndex(key >>> ROLE_BITS, count);
        if (string >= answers.length) {
            answers = Arrays.copyOf(answers, Math.min(count, Math.max(string + 1, 2 * answers.length)));
        }
        used = true;
        answers[string] |= (byte) ((answer ? YES : NO) << shift(key));
    }

    private static int shift(int key) {
        return (key & (1 << ROLE_BITS) - 1) * ANSWER_BITS;
    }
}
