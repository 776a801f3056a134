package io.offspan.codec.span;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of the values of one key before they are stored.
 *
 * <p><b>Threads.</b> Any.
 */
public interface KeyRule {
    /** Every value is stored as it came. */
    KeyRule KEEP = text -> text;

    /** No value is stored, nor is the key. */
    KeyRule REMOVE = text -> null;

    /**
     * Returns what may be stored of a value.
     *
     * @param text the value as a text; of arrays and maps, one of their texts after the other
     * @return the same object for a value that stays, another text that takes its place, or null where the attribute is not stored
     */
    @Nullable
    String apply(String text);
}
