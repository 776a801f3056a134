package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * A term of a live index on its way into a file, where terms stand in the order of their keys, types and values.
 *
 * @param rank the place of its key among the keys
 * @param text in UTF-8, empty for other values
 * @param reference where the live index has it
 */
record SealedTerm(int rank, int type, long bits, byte[] text, int reference) implements Comparable<SealedTerm> {
    /** Reads a term, with the places of the keys by their ids. */
    static SealedTerm of(TermTable terms, int reference, int[] ranks) {
        Memory record = terms.memory(reference);
        long at = Pages.offset(reference);
        int rank = ranks[record.getUnsignedShort(at + TermTable.KEY)];
        int type = record.getUnsignedByte(at + TermTable.TYPE);
        if (type != Term.TEXT) {
            return new SealedTerm(rank, type, record.getLong(at + TermTable.VALUE), new byte[0], reference);
        }
        byte[] text = new byte[record.getInt(at + TermTable.LENGTH)];
        if (text.length > 0) {
            record.getBytes(at + TermTable.TEXT, text, 0, text.length);
        }
        return new SealedTerm(rank, type, 0, text, reference);
    }

    /** Returns the term of a list of keys with their places in the file in place of their numbers. */
    SealedTerm ofList(int[] ranks) {
        byte[] places = text.clone();
        for (int at = 0; at < places.length; at += KeyListWriter.ENTRY_BYTES) {
            KeyListWriter.setNumber(places, at, ranks[KeyListWriter.number(text, at)]);
        }
        return new SealedTerm(rank, type, bits, places, reference);
    }

    @Override
    public int compareTo(SealedTerm other) {
        if (rank != other.rank) {
            return Integer.compare(rank, other.rank);
        }
        if (type != other.type) {
            return Integer.compare(type, other.type);
        }
        return type == Term.TEXT ? Arrays.compareUnsigned(text, other.text) : compare(type, bits, other.bits);
    }

    /** Compares two values that are no texts. */
    static int compare(int type, long bits, long other) {
        return type == Term.FRACTION
                ? Double.compare(Double.longBitsToDouble(bits), Double.longBitsToDouble(other))
                : Long.compare(bits, other);
    }
}
