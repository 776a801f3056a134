package io.offspan.query.traceql;

import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Compares constants of one type with each other. */
final class Constants {
    private Constants() {}

    static boolean holds(Operand left, Operator operator, Operand right) {
        int order = order(left, right);
        return switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case MATCHES, NOT_MATCHES -> throw new IllegalArgumentException(operator + " is no order");
        };
    }

    private static int order(Operand left, Operand right) {
        if (left instanceof Operand.Text one && right instanceof Operand.Text other) {
            return Arrays.compareUnsigned(
                    one.value().getBytes(StandardCharsets.UTF_8), other.value().getBytes(StandardCharsets.UTF_8));
        }
        if (isNumber(left) && isNumber(right)) {
            return number(left).compareTo(number(right));
        }
        return left.equals(right) ? 0 : 1;
    }

    private static boolean isNumber(Operand operand) {
        return operand instanceof Operand.Whole || operand instanceof Operand.Fraction;
    }

    private static BigDecimal number(Operand operand) {
        return operand instanceof Operand.Whole whole
                ? BigDecimal.valueOf(whole.value())
                : new BigDecimal(((Operand.Fraction) operand).value());
    }
}
