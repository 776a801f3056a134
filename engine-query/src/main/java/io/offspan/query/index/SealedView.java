package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * An index file as the index of a segment's first spans.
 *
 * <p><b>Threads.</b> Belongs to one thread. Made once and opened again and again, for one file or another; whoever opens it keeps the file
 * mapped until it is closed. Allocates nothing.
 *
 * <p><b>Fails</b> with {@link io.offspan.codec.FormatException} a question that meets damage; walks and times that it has given do not.
 */
public final class SealedView extends LeafView<SealedIndex> {
    private final RoaringFormat bitmap = new RoaringFormat();
    private final TermSelector selector = new TermSelector();

    /** The key and the record of the term that was looked up last. */
    private int key;

    private int record;

    /** Shows a whole index. */
    public SealedView open(SealedIndex sealed) {
        return open(sealed, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * Shows an index as far as there were spans at an earlier moment.
     *
     * @param endOrdinal the spans that there were then are those below it
     * @param endBlock how many blocks these are in
     */
    public SealedView open(SealedIndex sealed, int endOrdinal, int endBlock) {
        show(sealed, Math.min(sealed.spans(), endOrdinal), Math.min(sealed.blocks(), endBlock));
        return this;
    }

    @Override
    public int[] gaps() {
        return index().gaps();
    }

    @Override
    public boolean isDense() {
        return index().denseEnd() >= indexed();
    }

    /** Looks up the key and the record of a term. */
    private SealedIndex find(Term wanted) {
        SealedIndex sealed = index();
        if (!isLast(wanted)) {
            // Damage may end it half-way, with neither this term found nor the one before.
            forget();
            key = SealedTerms.key(sealed, wanted);
            record = SealedTerms.NONE;
            if (key != SealedTerms.NONE) {
                sealed.require(SealedFormat.STATES, (long) key * sealed.chunks(), sealed.chunks());
                record = SealedTerms.find(sealed, wanted, key);
            }
            found(wanted);
        }
        return sealed;
    }

    /** Tells whether all that is known of the term in a chunk are its postings. */
    private boolean isComplete(SealedIndex sealed, int chunk) {
        if (key == SealedTerms.NONE) {
            return chunk < sealed.othersFrom();
        }
        int state = sealed.section(SealedFormat.STATES).getByte((long) key * sealed.chunks() + chunk);
        if (record == SealedTerms.NONE) {
            return state == Key.POSTED;
        }
        Memory terms = sealed.section(SealedFormat.TERMS);
        long at = (long) SealedFormat.TERM_BYTES * record;
        return Key.isComplete(
                state,
                chunk,
                terms.getUnsignedShort(at + SealedFormat.TERM_CREATED),
                terms.getUnsignedShort(at + SealedFormat.TERM_KEPT));
    }

    @Override
    public Answer lookup(Term wanted, boolean mirrored, Postings into) {
        SealedIndex sealed = find(wanted);
        into.clear(indexed(), mirrored);
        boolean unfiltered = isUnfiltered(wanted, key != SealedTerms.NONE);
        into.setFilters(sealed, blocks(), wanted.hash(), unfiltered);
        int chunks = chunks();
        boolean more = openBitmap(sealed) && bitmap.next();
        boolean posted = false;
        int filtered = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            boolean here = more && bitmap.chunk() == chunk;
            if (isSilent(wanted) || !isComplete(sealed, chunk)) {
                into.addFiltered(chunk, expected(chunk, unfiltered));
                filtered++;
            } else if (here) {
                bitmap.addTo(into);
                posted = true;
            }
            if (here) {
                more = bitmap.next();
            }
        }
        if (filtered > 0) {
            sealed.require(SealedFormat.BLOCKS);
        }
        into.begin();
        return answer(filtered, unfiltered, posted);
    }

    /** Goes before the first container of the term; false when it has none. */
    private boolean openBitmap(SealedIndex sealed) {
        if (record == SealedTerms.NONE) {
            return false;
        }
        Memory terms = sealed.section(SealedFormat.TERMS);
        long at = (long) SealedFormat.TERM_BYTES * record;
        int bytes = terms.getInt(at + SealedFormat.TERM_POSTINGS_BYTES);
        if (bytes == 0) {
            return false;
        }
        int offset = terms.getInt(at + SealedFormat.TERM_POSTINGS);
        sealed.require(SealedFormat.POSTINGS, offset, bytes);
        bitmap.wrap(sealed.section(SealedFormat.POSTINGS), offset, bytes);
        return true;
    }

    @Override
    public boolean mayHaveKey(Term wanted) {
        SealedIndex sealed = find(wanted);
        return key != SealedTerms.NONE || sealed.othersFrom() < chunks();
    }

    @Override
    byte[] key(int number) {
        return SealedTerms.key(index(), number);
    }

    @Override
    public boolean terms(Scope scope, String text, String prefix, Consumer<Term> into) {
        SealedIndex sealed = index();
        int wanted = SealedTerms.key(sealed, Term.of(scope, text, ""));
        if (wanted == SealedTerms.NONE) {
            return sealed.othersFrom() >= chunks();
        }
        if (!isPosted(sealed, wanted)) {
            return false;
        }
        SealedTerms.hand(sealed, wanted, scope, text, prefix.getBytes(StandardCharsets.UTF_8), into);
        return true;
    }

    /** Tells whether every value of a key has a term. */
    private boolean isPosted(SealedIndex sealed, int wanted) {
        Memory states = sealed.section(SealedFormat.STATES);
        sealed.require(SealedFormat.STATES, (long) wanted * sealed.chunks(), sealed.chunks());
        for (int chunk = 0; chunk < chunks(); chunk++) {
            if (states.getByte((long) wanted * sealed.chunks() + chunk) != Key.POSTED) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Answer select(Term ofKey, TermTest test, TermUnion into) {
        SealedIndex sealed = index();
        into.clear(this, indexed());
        int wanted = SealedTerms.key(sealed, ofKey);
        if (wanted == SealedTerms.NONE) {
            return sealed.othersFrom() >= chunks() ? Answer.NOTHING : Answer.UNKNOWN;
        }
        if (!isPosted(sealed, wanted)) {
            return Answer.UNKNOWN;
        }
        selector.select(sealed, wanted, test, into);
        return into.answer();
    }

    @Override
    public boolean open(int wanted, int chunk, Container into) {
        SealedIndex sealed = index();
        Memory terms = sealed.section(SealedFormat.TERMS);
        long at = (long) SealedFormat.TERM_BYTES * wanted;
        int bytes = terms.getInt(at + SealedFormat.TERM_POSTINGS_BYTES);
        return bytes > 0
                && bitmap.wrap(
                                sealed.section(SealedFormat.POSTINGS),
                                terms.getInt(at + SealedFormat.TERM_POSTINGS),
                                bytes)
                        .open(chunk, into);
    }

    @Override
    public SpanTimes times() {
        return index().times();
    }

    @Override
    public Answer trace(long idHigh, long idLow, boolean mirrored, TraceSpans into) {
        SealedIndex sealed = index();
        into.clear(indexed(), mirrored);
        long trace = TraceTable.mixed(idHigh, idLow);
        SealedTraces.find(sealed, trace, indexed(), into);
        if (sealed.tracesEnd() < indexed()) {
            sealed.require(SealedFormat.BLOCKS);
        }
        into.addFiltered(sealed, blocks(), sealed.tracesEnd(), trace);
        return into.cost() == 0 ? Answer.NOTHING : Answer.CANDIDATES;
    }
}
