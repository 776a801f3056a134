package io.offspan.query.plan;

/** What every text begins with that a regular expression matches as a whole. */
final class LiteralPrefix {
    private static final String SYNTAX = "\\.[](){}*+?|^$";
    /** What bytes that are no UTF-8 are put to an expression as. */
    private static final char REPLACEMENT = '\uFFFD';

    private LiteralPrefix() {}

    /** Returns the beginning, empty where none is certain at a glance. */
    static String of(String expression) {
        if (expression.indexOf('|') >= 0) {
            return "";
        }
        StringBuilder prefix = new StringBuilder();
        int at = 0;
        while (at < expression.length()) {
            char next = expression.charAt(at);
            boolean escaped = next == '\\';
            if (escaped) {
                at++;
                next = at < expression.length() ? expression.charAt(at) : 'a';
            }
            // An escaped letter or digit is a class or more, and half of a surrogate pair may be repeated as a whole.
            boolean literal = escaped
                    ? next < 0x80 && !Character.isLetterOrDigit(next)
                    : SYNTAX.indexOf(next) < 0 && next != REPLACEMENT && !Character.isSurrogate(next);
            if (!literal || isOptional(expression, at + 1)) {
                return prefix.toString();
            }
            prefix.append(next);
            at++;
        }
        return prefix.toString();
    }

    /** Tells whether what stands before a place may be missing. */
    private static boolean isOptional(String expression, int at) {
        return at < expression.length() && "*?{".indexOf(expression.charAt(at)) >= 0;
    }
}
