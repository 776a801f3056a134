package io.offspan.query.exec;

import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.Utf8;
import io.offspan.query.ast.AnchoredPattern;
import io.offspan.query.ast.Operator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The relation of texts to a text or a regular expression; asked once for each string of a block.
 *
 * <p>Texts compare by their bytes as unsigned numbers, without being decoded. Only a regular expression decodes; bytes that
 * are no UTF-8 reach it as U+FFFD.
 */
abstract class TextTest extends ValueTest {
    private StringHeap strings = StringHeap.NONE;
    private byte[] known = new byte[0];

    TextTest(boolean negated) {
        super(negated);
    }

    static TextTest of(Operator operator, String operand) {
        return switch (operator) {
            case EQUAL, NOT_EQUAL -> new Equal(operator.isNegated(), operand);
            case MATCHES, NOT_MATCHES -> new Matching(operator.isNegated(), operand);
            default -> new Ordered(operator, operand);
        };
    }

    abstract boolean holds(Memory memory, long offset, int length);

    @Override
    final void enterBlock(StringHeap heap) {
        strings = heap;
        int count = heap.count();
        if (known.length < count) {
            known = new byte[Math.max(count, 2 * known.length)];
        } else {
            Arrays.fill(known, 0, count, (byte) INCOMPARABLE);
        }
    }

    @Override
    final int ofIndexed(int string) {
        int length = strings.length(string);
        int outcome = known[string];
        if (outcome == INCOMPARABLE) {
            outcome = holds(strings.memory(), strings.offset(string), length) ? HOLDS : FAILS;
            known[string] = (byte) outcome;
        }
        return outcome;
    }

    @Override
    final int ofText(Memory memory, long offset, int length) {
        return holds(memory, offset, length) ? HOLDS : FAILS;
    }

    private static final class Equal extends TextTest {
        private final byte[] operand;

        Equal(boolean negated, String operand) {
            super(negated);
            this.operand = operand.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        boolean holds(Memory memory, long offset, int length) {
            return length == operand.length && memory.equalBytes(offset, operand, 0, length);
        }
    }

    private static final class Ordered extends TextTest {
        private final Operator operator;
        private final byte[] operand;

        Ordered(Operator operator, String operand) {
            super(false);
            this.operator = operator;
            this.operand = operand.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        boolean holds(Memory memory, long offset, int length) {
            int order = memory.compareBytes(offset, length, operand, 0, operand.length);
            return Order.holds(operator, order);
        }
    }

    private static final class Matching extends TextTest {
        private final AnchoredPattern pattern;

        Matching(boolean negated, String expression) {
            super(negated);
            pattern = AnchoredPattern.compile(expression);
        }

        @Override
        boolean holds(Memory memory, long offset, int length) {
            return pattern.matches(Utf8.get(memory, offset, length));
        }
    }
}
