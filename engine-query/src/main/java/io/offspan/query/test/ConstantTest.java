package io.offspan.query.test;

import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.value.ConstantSource;
import io.offspan.query.value.Scalar;

/**
 * Compares one value after another, wherever it comes from, with a constant, which may be a regular expression.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing, except where texts meet a regular expression.
 */
public final class ConstantTest {
    private final ValueTest test;
    private final Scalar constant;

    public ConstantTest(Operator operator, Operand operand) {
        test = ValueTest.of(operator, operand);
        constant = new ConstantSource(operand).value();
    }

    public boolean holds(Scalar value) {
        return test.holds(value, constant);
    }
}
