package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.Complement;
import io.offspan.query.index.Intersection;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;

/** The spans that one way finds and another does not. */
final class Except extends Access {
    private final Access of;
    private final Access without;
    private final SpanSet[] parts = new SpanSet[2];
    private final Complement complement = new Complement();
    private final Intersection common = new Intersection();
    private SpanSet walk = common;
    /** Whether the last leaf was asked for both. */
    private boolean askedBoth;

    Except(Access of, Access without) {
        this.of = of;
        this.without = without;
    }

    @Override
    Answer ask(LeafIndex index) {
        Answer answer = of.ask(index);
        askedBoth = answer != Answer.NOTHING && answer != Answer.UNKNOWN;
        if (!askedBoth) {
            return answer;
        }
        Answer other = without.ask(index);
        walk = of.walk();
        if (other == Answer.EXACT) {
            parts[0] = walk;
            parts[1] = complement.set(without.walk(), index.indexed());
            walk = common.set(parts, 2);
        }
        boolean known = other == Answer.EXACT || other == Answer.NOTHING;
        return known ? answer : Answer.CANDIDATES;
    }

    @Override
    SpanSet walk() {
        return walk;
    }

    @Override
    void describe(TermTally tally) {
        of.describe(tally);
        if (askedBoth) {
            without.describe(tally);
        }
    }

    @Override
    public String toString() {
        return of + " without " + without;
    }
}
