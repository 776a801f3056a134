package io.offspan.codec.span;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;

/** The limit of the lists of a span, and the ends of them. */
final class ListLimit {
    private ListLimit() {}

    /** Refuses one more entry than a list may have. */
    static void requireRoom(int count, String what) {
        if (count >= SpanDraft.MAX_LIST) {
            throw new FormatException(Reason.TOO_LARGE, "A span has more than " + SpanDraft.MAX_LIST + " " + what);
        }
    }

    /** Returns the index of the entry that was started last, and refuses a list that has none. */
    static int last(int count, String what) {
        if (count == 0) {
            throw new IllegalStateException("Start a " + what + " first");
        }
        return count - 1;
    }
}
