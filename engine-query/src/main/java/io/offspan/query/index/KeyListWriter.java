package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes a list of keys and the types of their values, each pair of them once, and finds or makes its term.
 *
 * <pre>
 *  0 u16 number of the key     2 u8 type     and so on
 * </pre>
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index.
 */
final class KeyListWriter {
    static final int ENTRY_BYTES = 3;
    private static final int TYPE_BITS = 8;

    private final TermWriter terms;
    private int[] entries = new int[64];
    private int count;
    /** Whether there was a key that has no number. */
    private boolean incomplete;

    private Memory bytes = Memory.allocate(ENTRY_BYTES * entries.length);

    KeyListWriter(TermWriter terms) {
        this.terms = terms;
    }

    /** Returns the number of a key that a list has there. */
    static int number(byte[] list, int at) {
        return list[at] & 0xff | (list[at + 1] & 0xff) << 8;
    }

    /** Returns the type that belongs to it. */
    static int type(byte[] list, int at) {
        return list[at + 2];
    }

    /** Replaces the number. */
    static void setNumber(byte[] list, int at, int number) {
        list[at] = (byte) number;
        list[at + 1] = (byte) (number >>> 8);
    }

    void clear() {
        count = 0;
        incomplete = false;
    }

    /** Adds a key, null for one of those that there are too many of. */
    void add(@Nullable Key key, int type) {
        if (key == null) {
            incomplete = true;
            return;
        }
        int entry = key.id << TYPE_BITS | type;
        for (int i = 0; i < count; i++) {
            if (entries[i] == entry) {
                return;
            }
        }
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, 2 * count);
            bytes = Memory.allocate(ENTRY_BYTES * entries.length);
        }
        entries[count++] = entry;
    }

    /** Returns the term of the list under a key for lists, {@link Pages#NONE} where it is empty or not posted. */
    int term(Key lists) {
        if (count == 0 && !incomplete) {
            return Pages.NONE;
        }
        for (int i = 0; i < count; i++) {
            bytes.putShort(ENTRY_BYTES * i, entries[i] >>> TYPE_BITS);
            bytes.putByte(ENTRY_BYTES * i + 2, entries[i]);
        }
        // An incomplete list gets a length that no list has, or it would be found as that of spans which have only
        // these keys.
        int length = incomplete ? 1 : ENTRY_BYTES * count;
        return terms.text(lists, bytes, 0, length, incomplete);
    }
}
