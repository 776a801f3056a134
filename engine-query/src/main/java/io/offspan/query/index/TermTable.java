package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The terms of a live index: a hash table of records, each found by its value and named by its reference.
 *
 * <pre>
 *  0 u64 open     the container of the chunk that is growing: u32 reference, u17 count, bit 49 bitmap, u8 chunk from bit 50;
 *                 with bit 58 that of a group, whose record the reference names
 *  8 u64 sealed   u32 reference of the newest container of a full chunk, u32 numbers in all of them
 * 16 u32 last     one more than the last ordinal                20 u32 runs     in the growing container
 * 24 u32 hash                                                   28 u16 key      30 u8 type
 * 32 u64 value    bits, or u32 next and u32 length of a text
 * 40 u16 created  chunk                                         42 u16 kept     first chunk from which it is always posted
 * 44 u32 touched  the term that got its first ordinal of this chunk before this one
 * 48 the text, or u32 next where it is none: the term of the same key that was added before this one
 * </pre>
 *
 * <p>A <em>group</em> is a record that no value leads to: terms that always come together share its container in a chunk.
 *
 * <p><b>Threads.</b> One thread writes; any thread finds what was added before the count of spans that it has read.
 */
final class TermTable {
    static final int OPEN = 0;
    static final int SEALED = 8;
    static final int LAST = 16;
    static final int RUNS = 20;
    static final int HASH = 24;
    static final int KEY = 28;
    static final int TYPE = 30;
    static final int VALUE = 32;
    private static final int NEXT_OF_TEXT = 32;
    static final int LENGTH = 36;
    static final int CREATED = 40;
    static final int KEPT = 42;
    static final int TOUCHED = 44;

    /** In place of a chunk: never. */
    static final int NEVER = 0xffff;

    /** A longer text is not posted. */
    static final int MAX_TEXT_BYTES = 1024;

    static final int TEXT = 48;
    private static final int NEXT = 48;
    /** Records are as long as this, or a multiple of it where a text is longer than the rest of it. */
    private static final int LINE_BYTES = 64;

    private static final int SLOT_BITS = 3;

    private final Column slots;
    private final Pages records;
    private final int mask;
    private int count;

    /** Makes a table with room for {@code capacity} terms, a power of two of which a quarter stays free. */
    TermTable(PagePool pool, int capacity) {
        slots = new Column(pool, SLOT_BITS);
        slots.reach(capacity - 1);
        records = new Pages(pool);
        mask = capacity - 1;
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count > mask - (mask >>> 2);
    }

    long bytes() {
        return slots.bytes() + records.bytes();
    }

    /** Returns the page of a term's record. */
    Memory memory(int term) {
        return records.memory(term);
    }

    /** Finds a term of a query; {@link Pages#NONE} when it is not there. */
    int find(Term term, int key) {
        return find(term.hash(), key, term.type(), term.bits(), term.text(), Memory.NONE, 0, term.text().length);
    }

    /** Finds a term of a block; {@link Pages#NONE} when it is not there. A text is given as bytes, anything else as bits. */
    int find(int hash, int key, int type, long bits, Memory source, long offset, int length) {
        return find(hash, key, type, bits, null, source, offset, length);
    }

    private int find(
            int hash, int key, int type, long bits, byte @Nullable [] heap, Memory source, long offset, int length) {
        for (int slot = hash & mask; ; slot = slot + 1 & mask) {
            long found = slots.memory(slot).getLongAcquire(slots.offset(slot));
            if (found == 0) {
                return Pages.NONE;
            }
            if ((int) (found >>> 32) == hash) {
                int term = (int) found;
                if (is(term, key, type, bits, heap, source, offset, length)) {
                    return term;
                }
            }
        }
    }

    /** Tells whether a term of the table has a key and a value. */
    boolean is(int term, int key, int type, long bits, Memory source, long offset, int length) {
        return is(term, key, type, bits, null, source, offset, length);
    }

    private boolean is(
            int term, int key, int type, long bits, byte @Nullable [] heap, Memory source, long offset, int length) {
        Memory record = records.memory(term);
        long at = Pages.offset(term);
        return record.getInt(at + KEY) == (key | type << 16)
                && (type == Term.TEXT
                        ? isText(record, at, heap, source, offset, length)
                        : record.getLong(at + VALUE) == bits);
    }

    private boolean isText(Memory record, long at, byte @Nullable [] heap, Memory source, long offset, int length) {
        if (record.getInt(at + LENGTH) != length) {
            return false;
        }
        return heap == null
                ? record.equalBytes(at + TEXT, source, offset, length)
                : record.equalBytes(at + TEXT, heap, 0, length);
    }

    /** Adds a term that is not there, and returns its reference; {@code before} is the term that its key got last. */
    int create(int hash, int key, int type, long bits, Memory source, long offset, int length, int chunk, int before) {
        int bytes = TEXT + (type == Term.TEXT ? length : 0);
        int term = records.allocate(bytes + LINE_BYTES - 1 & -LINE_BYTES);
        Memory record = records.memory(term);
        long at = Pages.offset(term);
        record.putInt(at + HASH, hash);
        record.putInt(at + KEY, key | type << 16);
        record.putLong(at + VALUE, bits);
        record.putShort(at + CREATED, chunk);
        record.putShort(at + KEPT, NEVER);
        if (type == Term.TEXT) {
            record.putInt(at + NEXT_OF_TEXT, before);
            record.putInt(at + LENGTH, length);
            if (length > 0) {
                record.putBytes(at + TEXT, source, offset, length);
            }
        } else {
            record.putInt(at + NEXT, before);
        }
        int slot = hash & mask;
        while (slots.memory(slot).getLong(slots.offset(slot)) != 0) {
            slot = slot + 1 & mask;
        }
        count++;
        slots.memory(slot).putLongRelease(slots.offset(slot), (long) hash << 32 | term & 0xffff_ffffL);
        return term;
    }

    /** Makes a group. */
    int createGroup() {
        int group = records.allocate(LINE_BYTES);
        records.memory(group).zero(Pages.offset(group), LINE_BYTES);
        return group;
    }

    /** Returns the term that the same key got before a term, {@link Pages#NONE} for none. */
    static int before(Memory record, long at) {
        return record.getInt(at + (record.getUnsignedByte(at + TYPE) == Term.TEXT ? NEXT_OF_TEXT : NEXT));
    }

    /** Returns the references of all terms, in no order. */
    int[] references() {
        int[] all = new int[count];
        int found = 0;
        for (int slot = 0; slot <= mask; slot++) {
            int term = (int) slots.memory(slot).getLong(slots.offset(slot));
            if (term != Pages.NONE) {
                all[found++] = term;
            }
        }
        return all;
    }

    void close() {
        slots.close();
        records.close();
    }
}
