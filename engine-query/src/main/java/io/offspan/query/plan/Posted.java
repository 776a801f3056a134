package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Postings;
import io.offspan.query.index.Term;

/** The spans that have a term. */
final class Posted extends Access {
    private final Term term;
    private final Postings walk = new Postings();

    Posted(Term term) {
        this.term = term;
    }

    @Override
    Answer ask(LeafIndex index) {
        return index.lookup(term, true, walk);
    }

    @Override
    Postings walk() {
        return walk;
    }

    @Override
    public String toString() {
        return term.toString();
    }
}
