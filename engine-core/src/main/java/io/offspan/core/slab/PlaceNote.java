package io.offspan.core.slab;

import io.offspan.codec.wire.Memory;
import io.offspan.core.value.LogPlace;
import org.jspecify.annotations.Nullable;

/**
 * What slabs say of the log that they continue: the place behind its last block in the header page of their file, and in each slab
 * the block that took spans of it last.
 *
 * <pre>
 *  two slots of the header page, written in turn: an even sequence in the first one, an odd one in the second
 *   0  u64 sequence of the next block     8  u64 segment id
 *  16  u32 segment number                20  u32 spans in it      24  u32 header checksum of the last block   28  u32 zero
 *  32  u64 sum of the four words before it
 *
 *  a slab's own: the low 40 bits are the sequence of the block behind the one that took spans of it last, the others their sum
 * </pre>
 *
 * <p>Copies of a file that is written are cut anywhere; a slot that does not match its sum is passed over.
 *
 * <p><b>Threads.</b> One writes. Allocates only where it reads.
 */
final class PlaceNote {
    static final int FIRST_SLOT_OFFSET = 448;
    static final int SECOND_SLOT_OFFSET = 512;

    private static final int SUM = 32;
    private static final int SEQUENCE_BITS = 40;
    private static final long SEQUENCES = (1L << SEQUENCE_BITS) - 1;
    private static final long START = 0x9E3779B97F4A7C15L;
    private static final long FACTOR = 0xBF58476D1CE4E5B9L;

    private PlaceNote() {}

    static void put(Memory page, long nextSequence, long segmentId, int segmentNumber, int ordinal, int lastCrc) {
        int at = (nextSequence & 1) == 0 ? FIRST_SLOT_OFFSET : SECOND_SLOT_OFFSET;
        long where = word(segmentNumber, ordinal);
        long crc = word(lastCrc, 0);
        page.putLong(at, nextSequence);
        page.putLong(at + 8, segmentId);
        page.putLong(at + 16, where);
        page.putLong(at + 24, crc);
        page.putLongRelease(at + SUM, sum(nextSequence, segmentId, where, crc));
    }

    /** Reads the newer of the slots that match their sums, null when none does. */
    static @Nullable LogPlace read(Memory page) {
        LogPlace first = read(page, FIRST_SLOT_OFFSET);
        LogPlace second = read(page, SECOND_SLOT_OFFSET);
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.nextSequence() > second.nextSequence() ? first : second;
    }

    private static @Nullable LogPlace read(Memory page, int at) {
        long sum = page.getLongAcquire(at + SUM);
        long sequence = page.getLong(at);
        long id = page.getLong(at + 8);
        long where = page.getLong(at + 16);
        long crc = page.getLong(at + 24);
        boolean whole = sum == sum(sequence, id, where, crc) && sequence >= 0 && sequence <= SEQUENCES;
        return whole ? new LogPlace(sequence, id, (int) where, (int) (where >>> 32), (int) crc) : null;
    }

    private static long word(int low, int high) {
        return (low & 0xffff_ffffL) | (long) high << 32;
    }

    private static long sum(long first, long second, long third, long fourth) {
        return mix(mix(mix(mix(START, first), second), third), fourth);
    }

    private static long mix(long sum, long word) {
        long x = (sum ^ word) * FACTOR;
        return x ^ x >>> 32;
    }

    /** Returns what a slab notes of a sequence. */
    static long packed(long nextSequence) {
        return mix(START, nextSequence) << SEQUENCE_BITS | (nextSequence & SEQUENCES);
    }

    /** Returns the sequence that a slab has noted, 0 when there is none that matches its sum. */
    static long unpacked(long noted) {
        long sequence = noted & SEQUENCES;
        return packed(sequence) == noted ? sequence : 0;
    }
}
