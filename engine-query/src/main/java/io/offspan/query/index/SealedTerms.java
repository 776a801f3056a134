package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.function.Consumer;

/**
 * Finds keys and terms in an index file by halving.
 *
 * <p><b>Threads.</b> Any. Allocates nothing. <b>Fails</b> with {@link io.offspan.codec.FormatException} where what it meets is damaged.
 */
final class SealedTerms {
    static final int NONE = -1;

    private SealedTerms() {}

    /** Returns the place of a term's key, or {@link #NONE}. */
    static int key(SealedIndex index, Term term) {
        Memory keys = index.section(SealedFormat.KEYS);
        Memory texts = index.section(SealedFormat.TEXTS);
        index.require(SealedFormat.KEYS);
        int scope = term.scope().ordinal();
        int low = 0;
        int high = index.entries(SealedFormat.KEYS) - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long at = (long) SealedFormat.KEY_BYTES * middle;
            int order = keys.getInt(at + SealedFormat.KEY_SCOPE) - scope;
            if (order == 0) {
                byte[] key = term.key();
                int offset = keys.getInt(at);
                int length = keys.getInt(at + SealedFormat.KEY_LENGTH);
                index.require(SealedFormat.TEXTS, offset, length);
                order = texts.compareBytes(offset, length, key, 0, key.length);
            }
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return NONE;
    }

    /** Returns the bytes of a key by its place. */
    static byte[] key(SealedIndex index, int place) {
        Memory keys = index.section(SealedFormat.KEYS);
        long at = (long) SealedFormat.KEY_BYTES * place;
        index.require(SealedFormat.KEYS, at, SealedFormat.KEY_BYTES);
        int offset = keys.getInt(at);
        int length = keys.getInt(at + SealedFormat.KEY_LENGTH);
        index.require(SealedFormat.TEXTS, offset, length);
        byte[] key = new byte[length];
        if (length > 0) {
            index.section(SealedFormat.TEXTS).getBytes(offset, key, 0, length);
        }
        return key;
    }

    /** Returns the place of a term of a key, or {@link #NONE}. */
    static int find(SealedIndex index, Term term, int key) {
        Memory keys = index.section(SealedFormat.KEYS);
        Memory terms = index.section(SealedFormat.TERMS);
        Memory texts = index.section(SealedFormat.TEXTS);
        long keyAt = (long) SealedFormat.KEY_BYTES * key;
        int low = keys.getInt(keyAt + SealedFormat.KEY_FIRST);
        int high = keys.getInt(keyAt + SealedFormat.KEY_END) - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long at = (long) SealedFormat.TERM_BYTES * middle;
            index.require(SealedFormat.TERMS, at, SealedFormat.TERM_BYTES);
            int order = compare(index, terms, texts, at, term);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return NONE;
    }

    /** Hands over the terms of a key, of texts those with a beginning. */
    static void hand(SealedIndex index, int key, Scope scope, String text, byte[] beginning, Consumer<Term> into) {
        Memory keys = index.section(SealedFormat.KEYS);
        Memory terms = index.section(SealedFormat.TERMS);
        Memory texts = index.section(SealedFormat.TEXTS);
        long keyAt = (long) SealedFormat.KEY_BYTES * key;
        int first = keys.getInt(keyAt + SealedFormat.KEY_FIRST);
        int end = keys.getInt(keyAt + SealedFormat.KEY_END);
        index.require(
                SealedFormat.TERMS,
                (long) SealedFormat.TERM_BYTES * first,
                (long) SealedFormat.TERM_BYTES * (end - first));
        for (int term = first; term < end; term++) {
            long at = (long) SealedFormat.TERM_BYTES * term;
            int type = terms.getUnsignedByte(at + SealedFormat.TERM_TYPE);
            if (type != Term.TEXT) {
                into.accept(Term.of(scope, text, type, new byte[0], terms.getLong(at)));
                continue;
            }
            int length = terms.getInt(at + SealedFormat.TERM_LENGTH);
            int offset = terms.getInt(at);
            index.require(SealedFormat.TEXTS, offset, length);
            if (length >= beginning.length && texts.equalBytes(offset, beginning, 0, beginning.length)) {
                byte[] value = new byte[length];
                if (length > 0) {
                    texts.getBytes(offset, value, 0, length);
                }
                into.accept(Term.of(scope, text, type, value, 0));
            }
        }
    }

    private static int compare(SealedIndex index, Memory terms, Memory texts, long at, Term term) {
        int type = terms.getUnsignedByte(at + SealedFormat.TERM_TYPE);
        if (type != term.type()) {
            return type - term.type();
        }
        if (type != Term.TEXT) {
            return SealedTerm.compare(type, terms.getLong(at), term.bits());
        }
        byte[] text = term.text();
        int offset = terms.getInt(at);
        int length = terms.getInt(at + SealedFormat.TERM_LENGTH);
        index.require(SealedFormat.TEXTS, offset, length);
        return texts.compareBytes(offset, length, text, 0, text.length);
    }
}
