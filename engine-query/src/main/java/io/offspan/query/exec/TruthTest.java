package io.offspan.query.exec;

/** The relation of booleans to a boolean. */
final class TruthTest extends ValueTest {
    private final boolean operand;

    TruthTest(boolean negated, boolean operand) {
        super(negated);
        this.operand = operand;
    }

    @Override
    int ofTruth(boolean value) {
        return value == operand ? HOLDS : FAILS;
    }
}
