package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Term;
import io.offspan.query.index.TermTest;
import io.offspan.query.index.TermUnion;

/** The spans that have one of those values of a key that pass a test. */
final class Selected extends Access {
    private final Term ofKey;
    private final TermTest test;
    private final String text;
    private final TermUnion walk = new TermUnion();

    /** @param text what is looked for, for people */
    Selected(Term ofKey, TermTest test, String text) {
        this.ofKey = ofKey;
        this.test = test;
        this.text = text;
    }

    @Override
    Answer ask(LeafIndex index) {
        return index.select(ofKey, test, walk);
    }

    @Override
    TermUnion walk() {
        return walk;
    }

    @Override
    void describe(TermTally tally) {
        tally.add(walk, text);
    }

    @Override
    public String toString() {
        return text;
    }
}
