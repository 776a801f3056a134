package io.offspan.query.index;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The keys that attributes of some spans have in a scope, all of them and no others.
 *
 * @param term the spans have it
 */
public record KeyList(Term term, List<ListedKey> keys) {
    /** Reads the text of a term, with the keys by their numbers. */
    static KeyList of(Term term, IntFunction<byte[]> keys) {
        byte[] text = term.text();
        List<ListedKey> entries = new ArrayList<>();
        for (int at = 0; at < text.length; at += KeyListWriter.ENTRY_BYTES) {
            int number = KeyListWriter.number(text, at);
            entries.add(new ListedKey(number, KeyListWriter.type(text, at), keys.apply(number)));
        }
        return new KeyList(term, entries);
    }
}
