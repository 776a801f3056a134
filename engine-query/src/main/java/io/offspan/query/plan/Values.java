package io.offspan.query.plan;

import io.offspan.codec.wire.Memory;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.index.TermTest;
import io.offspan.query.test.ConstantTest;
import io.offspan.query.value.Scalar;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The values that a comparison with a constant passes, or all texts.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class Values implements TermTest {
    private static final byte[] NO_PREFIX = {};

    private final boolean ofTexts;
    private final Shape shape;
    private final byte[] prefix;
    /** Null for all. */
    private final @Nullable ConstantTest test;

    private Values(boolean ofTexts, Shape shape, byte[] prefix, @Nullable ConstantTest test) {
        this.ofTexts = ofTexts;
        this.shape = shape;
        this.prefix = prefix;
        this.test = test;
    }

    static Values allTexts() {
        return new Values(true, Shape.ANY, NO_PREFIX, null);
    }

    /** Returns the values that match an expression or are in an order to a constant, or null for what no value has. */
    static @Nullable Values of(Operator operator, Operand operand) {
        ConstantTest test = new ConstantTest(operator, operand);
        if (operator == Operator.MATCHES) {
            return operand instanceof Operand.Text text
                    ? new Values(true, Shape.ANY, LiteralPrefix.of(text.value()).getBytes(StandardCharsets.UTF_8), test)
                    : null;
        }
        boolean number = operand instanceof Operand.Whole || operand instanceof Operand.Fraction;
        if (!operator.isOrder() || !number && !(operand instanceof Operand.Text)) {
            return null;
        }
        boolean greater = operator == Operator.GREATER || operator == Operator.GREATER_OR_EQUAL;
        return new Values(!number, greater ? Shape.FROM : Shape.UP_TO, NO_PREFIX, test);
    }

    /** Tells whether the empty text passes. */
    boolean passesEmptyText() {
        Scalar empty = new Scalar();
        empty.setText(Memory.NONE, 0, 0);
        return ofTexts && passes(empty);
    }

    @Override
    public boolean isOfTexts() {
        return ofTexts;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public byte[] prefix() {
        return prefix;
    }

    @Override
    public boolean passes(Scalar value) {
        return test == null || test.holds(value);
    }
}
