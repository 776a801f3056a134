package io.offspan.query.test;

import io.offspan.query.value.Scalar;
import io.offspan.query.value.Term;

/** Passes spans that have a value, whatever it is, in one of their events or links at least where it is theirs. */
final class PresenceTest extends TermTest {
    PresenceTest(Term term) {
        super(term);
    }

    @Override
    boolean holds(Scalar found) {
        return found.type() != Scalar.NIL;
    }
}
