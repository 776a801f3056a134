package io.offspan.query.ast;

/** Writes operands the one way in which a filter prints them. */
final class CanonicalText {
    private static final String[] UNITS = {"h", "m", "s", "ms", "us"};
    private static final long[] UNIT_NANOS = {3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L};

    private CanonicalText() {}

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** Quotes the key of an attribute, in which TraceQL knows two escapes only. */
    static String quoteKey(String key) {
        return '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Writes what stands beside another expression: a whole number beside a duration is a duration. */
    static String beside(Expression neighbour, Expression written) {
        boolean duration = written instanceof Constant && isDuration(neighbour);
        return duration && ((Constant) written).value() instanceof Operand.Whole whole
                ? duration(whole.value())
                : written.toString();
    }

    private static boolean isDuration(Expression expression) {
        if (expression instanceof Arithmetic arithmetic) {
            return switch (arithmetic.operation()) {
                case ADD, SUBTRACT -> isDuration(arithmetic.left()) || isDuration(arithmetic.right());
                case MULTIPLY, DIVIDE, MODULO -> isDuration(arithmetic.left());
                case POWER -> false;
            };
        }
        return expression instanceof Negation negation && isDuration(negation.of())
                || expression instanceof Intrinsic intrinsic && intrinsic.isDuration();
    }

    /** Writes nanoseconds in the largest unit that divides them. */
    static String duration(long nanos) {
        if (nanos == Long.MIN_VALUE) {
            return "minInt";
        }
        for (int i = 0; i < UNITS.length; i++) {
            if (nanos != 0 && nanos % UNIT_NANOS[i] == 0) {
                return nanos / UNIT_NANOS[i] + UNITS[i];
            }
        }
        return nanos + "ns";
    }
}
