package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.Complement;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Range;
import io.offspan.query.index.SpanSet;

/** The spans that another way does not find. */
final class Complemented extends Access {
    private final Access of;
    private final boolean exactly;
    private final Complement complement = new Complement();
    private final Range all = new Range();
    private SpanSet walk = all;

    /** @param exactly whether all of these spans pass; else they only may, and are asked where they are few enough */
    Complemented(Access of, boolean exactly) {
        this.of = of;
        this.exactly = exactly;
    }

    @Override
    Answer ask(LeafIndex index) {
        Answer answer = of.ask(index);
        if (answer == Answer.UNKNOWN || answer == Answer.CANDIDATES) {
            return Answer.UNKNOWN;
        }
        int spans = index.indexed();
        walk = answer == Answer.NOTHING ? all.set(spans) : complement.set(of.walk(), spans);
        if (exactly && index.isDense()) {
            return Answer.EXACT;
        }
        return walk.cost() <= spans / 2 ? Answer.CANDIDATES : Answer.UNKNOWN;
    }

    @Override
    SpanSet walk() {
        return walk;
    }

    @Override
    void describe(TermTally tally) {
        of.describe(tally);
    }

    @Override
    public String toString() {
        return "not " + of;
    }
}
