package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.Objects;

/**
 * Passes spans whose field stands in a relation to an operand; false when the span has no such field or one of another type,
 * except that a span without one of the texts that {@link Intrinsic} calls empty then has the empty text.
 *
 * <p><b>Fails</b> with {@link QueryException} when no span could ever pass: {@code TYPE} for operands that the field or the
 * operator does not take, {@code BAD_ID} for ids that are none, {@code PATTERN} for regular expressions that do not compile.
 */
public record Comparison(Field field, Operator operator, Operand operand) implements Filter {
    public Comparison {
        Objects.requireNonNull(field, "field");
        checkOperator(operator, operand);
        if (field instanceof Intrinsic intrinsic) {
            checkIntrinsic(intrinsic, operator, operand);
            operand = normal(intrinsic, operator, operand);
        } else if (operand instanceof Operand.OfStatus || operand instanceof Operand.OfKind) {
            throw type("Attribute " + field + " is compared with " + operand + "; compare status or kind with it");
        }
        if (operator.isPattern() && operand instanceof Operand.Text text) {
            AnchoredPattern.compile(text.value());
        }
    }

    @Override
    public int depth() {
        return 1;
    }

    @Override
    public int nodes() {
        return 1;
    }

    @Override
    public String toString() {
        return field + " " + operator + " " + operandText();
    }

    private String operandText() {
        return operand instanceof Operand.Whole whole && field instanceof Intrinsic intrinsic && intrinsic.isTime()
                ? Long.toUnsignedString(whole.value())
                : operand.toString();
    }

    private static void checkOperator(Operator operator, Operand operand) {
        if (operator.isPattern() && !(operand instanceof Operand.Text)) {
            throw type("Operator " + operator + " with " + operand + "; a regular expression is a text");
        }
        boolean ordered = operand instanceof Operand.Text
                || operand instanceof Operand.Whole
                || operand instanceof Operand.Fraction;
        if (operator.isOrder() && !ordered) {
            throw type("Operator " + operator + " with " + operand + ", which has no order; use = or !=");
        }
    }

    private static void checkIntrinsic(Intrinsic field, Operator operator, Operand operand) {
        boolean fits = switch (field.type()) {
            case ID, TEXT -> operand instanceof Operand.Text;
            case NUMBER -> operand instanceof Operand.Whole || operand instanceof Operand.Fraction;
            case KIND -> operand instanceof Operand.OfKind;
            case STATUS -> operand instanceof Operand.OfStatus;
        };
        if (!fits) {
            throw type("Field " + field + " is compared with " + operand + "; it takes a "
                    + field.type().name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    /** Returns an operand as spans are compared with it: integers in the unit of the field, ids with all their digits. */
    private static Operand normal(Intrinsic field, Operator operator, Operand operand) {
        if (operand instanceof Operand.Whole whole) {
            return field.unitOf(whole);
        }
        boolean id = field.type() == Intrinsic.Type.ID && !operator.isPattern();
        return id && operand instanceof Operand.Text text ? id(field, text.value()) : operand;
    }

    /** Ids of 64 bits are written with 16 digits or fewer where others have 32, so that missing digits are leading zeros. */
    private static Operand id(Intrinsic field, String hex) {
        if (hex.isEmpty() && field.mayBeEmpty()) {
            return new Operand.Text(hex);
        }
        int missing = field.idDigits() - hex.length();
        boolean digits = !hex.isEmpty() && missing >= 0;
        for (int i = 0; digits && i < hex.length(); i++) {
            char c = hex.charAt(i);
            digits = c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
        }
        if (!digits) {
            throw new QueryException(
                    Reason.BAD_ID,
                    "Field " + field + " is compared with \"" + abbreviated(hex) + "\" of " + hex.length()
                            + " characters; it takes 1 to " + field.idDigits() + " hexadecimal digits");
        }
        return new Operand.Text("0".repeat(missing) + hex);
    }

    private static String abbreviated(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    private static QueryException type(String message) {
        return new QueryException(Reason.TYPE, message);
    }
}
