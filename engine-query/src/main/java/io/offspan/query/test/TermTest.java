package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.Spot;
import io.offspan.query.value.StringMemo;
import io.offspan.query.value.Term;

/**
 * Asks something of the value of a term: of the one that a span has, or at each event and link where the value is theirs until
 * one will do. What depends on one string of the block alone is asked once for that string.
 */
abstract class TermTest extends SpanTest {
    private final Term term;
    private final StringMemo memo = new StringMemo();
    private final Question question = new Question();

    TermTest(Term term) {
        this.term = term;
    }

    abstract boolean holds(Scalar found);

    @Override
    public final void enterBlock(StringHeap strings) {
        term.enterBlock(strings);
        memo.enterBlock(strings);
    }

    @Override
    public final boolean passes(SpanView span) {
        int needs = term.enterSpan(span);
        if (needs != 0) {
            return question.holdsSomewhere(span, needs);
        }
        int source = term.source(span);
        if (source == Term.NO_SOURCE) {
            return holds(term.value(span, Spot.NOWHERE));
        }
        int known = memo.get(source);
        return known == StringMemo.UNKNOWN ? learned(source, term.value(span, Spot.NOWHERE)) : known == StringMemo.YES;
    }

    private boolean learned(int source, Scalar value) {
        boolean holds = holds(value);
        memo.put(source, holds);
        return holds;
    }

    private final class Question extends Spot.Question {
        @Override
        public boolean holds(SpanView span, Spot spot) {
            Scalar value = term.value(span, spot);
            if (!value.isShared()) {
                return TermTest.this.holds(value);
            }
            int source = StringMemo.key(value.string(), StringMemo.TEXT);
            int known = memo.get(source);
            return known == StringMemo.UNKNOWN ? learned(source, value) : known == StringMemo.YES;
        }
    }

    @Override
    int cost() {
        return term.cost();
    }
}
