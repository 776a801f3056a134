package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/** Passes spans that have a value, in one of their events or links at least where it is theirs. */
final class PresenceTest extends SpanTest {
    private final Term term;
    private final Scalar value = new Scalar();
    private final Question question = new Question();

    PresenceTest(Term term) {
        this.term = term;
    }

    @Override
    void enterBlock(StringHeap strings) {
        term.enterBlock(strings);
    }

    @Override
    boolean passes(SpanView span) {
        return question.holdsSomewhere(span, term.enterSpan(span));
    }

    private final class Question extends Spot.Question {
        @Override
        boolean holds(SpanView span, Spot spot) {
            term.value(span, spot, value);
            return value.type() != Scalar.NIL;
        }
    }

    @Override
    int cost() {
        return term.cost();
    }
}
