package io.offspan.query.test;

import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.value.ConstantSource;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.ValueSource;

/** Compares a value with a constant, which may be a regular expression. */
final class CompareTest extends SourceTest {
    private final ValueTest test;
    private final Scalar constant;

    CompareTest(ValueSource source, Operator operator, Operand operand) {
        super(source);
        test = ValueTest.of(operator, operand);
        constant = new ConstantSource(operand).value();
    }

    @Override
    boolean holds(Scalar found) {
        return test.holds(found, constant);
    }

    @Override
    public int cost() {
        return test.isPattern() ? ValueSource.LIST : super.cost();
    }
}
