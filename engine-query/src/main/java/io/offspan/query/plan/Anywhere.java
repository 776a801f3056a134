package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.Term;
import java.util.List;

/**
 * The spans that have an attribute with a value that is wanted in one of its scopes. The first scope that has the key decides, so that this is exact
 * only where no more than one scope has it.
 */
final class Anywhere extends Access {
    private final Term[] keys;
    private final AnyOf any;

    /** @param keys a term of the key in each scope */
    Anywhere(List<Access> scopes, List<Term> keys) {
        this.keys = keys.toArray(Term[]::new);
        any = new AnyOf(scopes);
    }

    @Override
    Answer ask(LeafIndex index) {
        Answer answer = any.ask(index);
        if (answer != Answer.EXACT) {
            return answer;
        }
        int withKey = 0;
        for (Term key : keys) {
            withKey += index.mayHaveKey(key) ? 1 : 0;
        }
        return withKey > 1 ? Answer.CANDIDATES : Answer.EXACT;
    }

    @Override
    SpanSet walk() {
        return any.walk();
    }

    @Override
    void describe(TermTally tally) {
        any.describe(tally);
    }

    @Override
    public String toString() {
        return any.toString();
    }
}
