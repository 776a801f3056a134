package io.offspan.query.test;

import io.offspan.query.value.Scalar;
import io.offspan.query.value.ValueSource;

/** Passes spans that have a value, whatever it is, in one of their events or links at least where it is theirs. */
final class PresenceTest extends SourceTest {
    PresenceTest(ValueSource source) {
        super(source);
    }

    @Override
    boolean holds(Scalar found) {
        return found.type() != Scalar.NIL;
    }
}
