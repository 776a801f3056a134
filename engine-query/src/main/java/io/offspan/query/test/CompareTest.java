package io.offspan.query.test;

import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.value.ConstantTerm;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.Term;

/** Compares a value with a constant, which may be a regular expression. */
final class CompareTest extends TermTest {
    private final ValueTest test;
    private final Scalar constant;

    CompareTest(Term term, Operator operator, Operand operand) {
        super(term);
        test = ValueTest.of(operator, operand);
        constant = new ConstantTerm(operand).value();
    }

    @Override
    boolean holds(Scalar found) {
        return test.holds(found, constant);
    }

    @Override
    int cost() {
        return test.isPattern() ? Term.LIST : super.cost();
    }
}
