package io.offspan.query.index;

/**
 * A walk over a set of spans that also tells which of 4,096 spans next to each other are in it, a bit each, wherever the walk is.
 *
 * <p>Sets that are put together by their bits take one step for 64 spans, where walks take one for each.
 */
public interface SpanSet extends Ordinals {
    /** A window has {@code 1 << WINDOW_BITS} spans. */
    int WINDOW_BITS = 12;

    /** It has so many words of 64 bits. */
    int WORDS = 1 << WINDOW_BITS - 6;

    /**
     * Sets the bits of the spans of a window that are in the set, and leaves the others as they are; those of spans that the walk does
     * not go to, because they came later, may be set.
     *
     * @param words {@link #WORDS} of them
     * @param first the ordinal that the first bit is for, not mirrored: a multiple of the size of a window
     */
    void addTo(long[] words, int first);

    /** Counts the spans below a number, wherever the walk is. */
    default long count(int spans, long[] scratch) {
        return Windows.count(this, spans, scratch);
    }
}
