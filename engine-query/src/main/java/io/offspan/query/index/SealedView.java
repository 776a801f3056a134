package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An index file as the index of a segment's first spans.
 *
 * <p><b>Threads.</b> Belongs to one thread. Made once and opened again and again, for one file or another; whoever opens it keeps the file
 * mapped until it is closed. Allocates nothing.
 *
 * <p><b>Fails</b> with {@link io.offspan.codec.FormatException} a question that meets damage; walks and times that it has given do not.
 */
public final class SealedView implements LeafIndex, TermUnion.Source, AutoCloseable {
    private final RoaringFormat bitmap = new RoaringFormat();
    private final TermSelector selector = new TermSelector();
    private @Nullable SealedIndex index;
    private int spans;
    private int blocks;

    /** What was looked up last. */
    private @Nullable Term term;

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
        index = sealed;
        term = null;
        spans = Math.min(sealed.spans(), endOrdinal);
        blocks = Math.min(sealed.blocks(), endBlock);
        return this;
    }

    /** Lets go of the index. */
    @Override
    public void close() {
        index = null;
        term = null;
        spans = 0;
        blocks = 0;
    }

    private SealedIndex index() {
        SealedIndex shown = index;
        if (shown == null) {
            throw new IllegalStateException("The view of an index is closed; open it first");
        }
        return shown;
    }

    @Override
    public int indexed() {
        return spans;
    }

    @Override
    public int blocks() {
        return blocks;
    }

    @Override
    public int[] gaps() {
        return index().gaps();
    }

    @Override
    public boolean isDense() {
        return index().denseEnd() >= spans;
    }

    private int chunks() {
        return spans + (1 << LiveIndex.CHUNK_BITS) - 1 >>> LiveIndex.CHUNK_BITS;
    }

    /** Looks up the key and the record of a term. */
    private SealedIndex find(Term wanted) {
        SealedIndex sealed = index();
        if (term != wanted) {
            key = SealedTerms.key(sealed, wanted);
            record = SealedTerms.NONE;
            if (key != SealedTerms.NONE) {
                sealed.require(SealedFormat.STATES, (long) key * sealed.chunks(), sealed.chunks());
                record = SealedTerms.find(sealed, wanted, key);
            }
            term = wanted;
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

    /** Tells whether the filters know nothing about the term where it is not posted. */
    private boolean isUnfiltered(Term wanted) {
        return key == SealedTerms.NONE || wanted.type() == Term.FRACTION || LiveView.isSilent(wanted);
    }

    @Override
    public Answer lookup(Term wanted, boolean mirrored, Postings into) {
        SealedIndex sealed = find(wanted);
        into.clear(spans, mirrored);
        boolean unfiltered = isUnfiltered(wanted);
        into.setFilters(sealed, blocks, wanted.hash(), unfiltered);
        int chunks = chunks();
        boolean more = openBitmap(sealed) && bitmap.next();
        boolean posted = false;
        int filtered = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            boolean here = more && bitmap.chunk() == chunk;
            if (LiveView.isSilent(wanted) || !isComplete(sealed, chunk)) {
                into.addFiltered(chunk, LiveView.expected(spans, chunk, unfiltered));
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
        if (filtered > 0) {
            return unfiltered && filtered == chunks ? Answer.UNKNOWN : Answer.CANDIDATES;
        }
        return posted ? Answer.EXACT : Answer.NOTHING;
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
        into.clear(this, spans);
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
        into.clear(spans, mirrored);
        long trace = TraceTable.mixed(idHigh, idLow);
        SealedTraces.find(sealed, trace, spans, into);
        if (sealed.tracesEnd() < spans) {
            sealed.require(SealedFormat.BLOCKS);
        }
        into.addFiltered(sealed, blocks, sealed.tracesEnd(), trace);
        return into.cost() == 0 ? Answer.NOTHING : Answer.CANDIDATES;
    }
}
