package io.offspan.query.index;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The index of the first spans of a leaf, live or sealed, as it was at one moment.
 *
 * <p>It covers the ordinals {@code [0, indexed())}; what lies beyond is scanned. Lookups set up walks that the caller brings
 * along and may use for any index, one lookup after another; nothing is allocated once these have grown to their size.
 *
 * <p><b>Threads.</b> Belongs to one thread; the index that it shows may grow meanwhile, which changes nothing here. Walks that were
 * set up by it are valid until it is closed or shows another moment.
 */
public interface LeafIndex {
    /** What {@link #gaps} is of an index that has every block. */
    int[] NO_GAPS = {};

    /** Returns how many spans are covered: those with the ordinals {@code [0, indexed())}. */
    int indexed();

    /** Returns how many blocks these spans are in: the first ones of the leaf. */
    int blocks();

    /** Returns which blocks could not be read when they were to be indexed, ascending; those below {@link #blocks()} are scanned. */
    default int[] gaps() {
        return NO_GAPS;
    }

    /** Tells whether all ordinals below {@link #indexed()} are those of indexed spans. */
    default boolean isDense() {
        return true;
    }

    /**
     * Looks up the spans that have a term, and sets up the walk over them also where the answer is not exact.
     *
     * @param mirrored whether the newest spans come first: numbers mirrored over {@code [0, indexed())}
     */
    Answer lookup(Term term, boolean mirrored, Postings into);

    /** Tells whether any indexed span may have an attribute with the key of a term in its scope, whatever the value; false is certain. */
    boolean mayHaveKey(Term term);

    /**
     * Hands over the terms of a key, in no order, if they are all the values that indexed spans have for it; terms that only later spans
     * have may be among them. Allocates.
     *
     * @param prefix what the texts have to begin with that are handed over
     * @return false when there may be other values, which leaves it open what was handed over
     */
    default boolean terms(Scope scope, String key, String prefix, Consumer<Term> into) {
        return false;
    }

    /**
     * Hands over the lists of keys that spans have in a scope of attributes, if they are those of all indexed spans; lists that only later
     * spans have may be among them. A span has one list at most, and in the scopes of events and links one for each of these. Allocates.
     *
     * @return false when there may be others, which leaves it open what was handed over
     */
    default boolean keyLists(Scope scope, Consumer<KeyList> into) {
        return false;
    }

    /**
     * Looks through the values of a key, and sets up the walk over the spans that have one that is wanted.
     *
     * @param ofKey any term of the key
     * @return {@link Answer#EXACT}, {@link Answer#NOTHING}, or {@link Answer#UNKNOWN} where spans may have other values or there are more
     *     than {@link TermUnion#MOST_TERMS} to look at; there is no walk then
     */
    default Answer select(Term ofKey, TermTest test, TermUnion into) {
        return Answer.UNKNOWN;
    }

    /**
     * Looks up the spans of a trace; never {@link Answer#EXACT}, since spans of another trace may be among them.
     *
     * @param mirrored as in {@link #lookup}
     */
    Answer trace(long idHigh, long idLow, boolean mirrored, TraceSpans into);

    /** Returns the times of the indexed spans, or null when they are not known. */
    default @Nullable SpanTimes times() {
        return null;
    }
}
