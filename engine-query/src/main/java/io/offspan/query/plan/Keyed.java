package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Range;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.Term;

/** The spans that have a key, of which an index can only say for certain that there are none. */
final class Keyed extends Access {
    private final Term ofKey;
    private final String text;
    private final Range all = new Range();

    /** @param text what is looked for, for people */
    Keyed(Term ofKey, String text) {
        this.ofKey = ofKey;
        this.text = text;
    }

    @Override
    Answer ask(LeafIndex index) {
        return index.mayHaveKey(ofKey) ? Answer.UNKNOWN : Answer.NOTHING;
    }

    @Override
    SpanSet walk() {
        return all;
    }

    @Override
    public String toString() {
        return text;
    }
}
