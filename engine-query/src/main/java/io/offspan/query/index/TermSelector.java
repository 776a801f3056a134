package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import io.offspan.query.value.Scalar;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the terms of a key in an index file whose values are wanted. They stand in the order of their values, so that what all texts begin
 * with, and from or up to where values are wanted, is found by halving.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing of its own.
 */
final class TermSelector {
    private final Scalar value = new Scalar();
    private Memory terms = Memory.NONE;
    private Memory texts = Memory.NONE;
    private @Nullable SealedIndex file;

    /** Collects the terms of a key, given by its place. */
    void select(SealedIndex index, int key, TermTest test, TermUnion into) {
        file = index;
        terms = index.section(SealedFormat.TERMS);
        texts = index.section(SealedFormat.TEXTS);
        Memory keys = index.section(SealedFormat.KEYS);
        long at = (long) SealedFormat.KEY_BYTES * key;
        int first = keys.getInt(at + SealedFormat.KEY_FIRST);
        int end = keys.getInt(at + SealedFormat.KEY_END);
        index.require(SealedFormat.TERMS, at(first), at(end - first));
        int texts = firstOfType(first, end, Term.WHOLE);
        if (test.isOfTexts()) {
            select(firstText(first, texts, test.prefix()), texts, test, into);
            return;
        }
        int wholes = firstOfType(texts, end, Term.FRACTION);
        if (select(texts, wholes, test, into)) {
            select(wholes, firstOfType(wholes, end, Term.TRUTH), test, into);
        }
    }

    /** Returns the first of some terms whose type is this one or comes after it. */
    private int firstOfType(int first, int end, int type) {
        int low = first;
        int high = end;
        while (low < high) {
            int middle = low + high >>> 1;
            if (type(middle) < type) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns the first of some texts that does not come before a beginning. */
    private int firstText(int first, int end, byte[] beginning) {
        int low = first;
        int high = end;
        while (beginning.length > 0 && low < high) {
            int middle = low + high >>> 1;
            long at = at(middle);
            int length = length(at);
            if (texts.compareBytes(terms.getInt(at), length, beginning, 0, beginning.length) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Collects terms of one type; false when there are too many. */
    private boolean select(int first, int end, TermTest test, TermUnion into) {
        int from = test.shape() == TermTest.Shape.FROM ? turn(first, end, test, false) : first;
        int to = test.shape() == TermTest.Shape.UP_TO ? turn(first, end, test, true) : end;
        boolean sorted = test.shape() != TermTest.Shape.ANY;
        for (int term = from; term < to && begins(term, test.prefix()); term++) {
            if (!into.look()) {
                return false;
            }
            if ((sorted || passes(term, test)) && !add(term, into)) {
                return false;
            }
        }
        return true;
    }

    private boolean add(int term, TermUnion into) {
        long at = at(term);
        // Here, and not when the walk comes to them: a damaged index is one that is not asked.
        file().require(
                        SealedFormat.POSTINGS,
                        terms.getInt(at + SealedFormat.TERM_POSTINGS),
                        terms.getInt(at + SealedFormat.TERM_POSTINGS_BYTES));
        return into.add(term, terms.getInt(at + SealedFormat.TERM_COUNT));
    }

    private SealedIndex file() {
        return Objects.requireNonNull(file);
    }

    /** Returns the length of a text, which may be read then. */
    private int length(long at) {
        int length = terms.getInt(at + SealedFormat.TERM_LENGTH);
        file().require(SealedFormat.TEXTS, terms.getInt(at), length);
        return length;
    }

    /** Returns the first of some terms that passes where those before do, or fails where those before do. */
    private int turn(int first, int end, TermTest test, boolean passing) {
        int low = first;
        int high = end;
        while (low < high) {
            int middle = low + high >>> 1;
            if (passes(middle, test) == passing) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean begins(int term, byte[] beginning) {
        long at = at(term);
        return beginning.length == 0
                || length(at) >= beginning.length && texts.equalBytes(terms.getInt(at), beginning, 0, beginning.length);
    }

    private boolean passes(int term, TermTest test) {
        long at = at(term);
        int type = type(term);
        if (type == Term.TEXT) {
            value.setText(texts, terms.getInt(at), length(at));
        } else {
            Term.setNumber(value, type, terms.getLong(at));
        }
        return test.passes(value);
    }

    private static long at(int term) {
        return (long) SealedFormat.TERM_BYTES * term;
    }

    private int type(int term) {
        return terms.getUnsignedByte(at(term) + SealedFormat.TERM_TYPE);
    }
}
