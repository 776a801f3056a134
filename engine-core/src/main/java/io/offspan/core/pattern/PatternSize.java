package io.offspan.core.pattern;

/**
 * Estimates how large a regular expression becomes once its counted repetitions are written out: {@code ((a{99}){99}){99}}
 * has a million states in eighteen characters.
 *
 * <p>Never too small for an expression that compiles; one that does not is the compiler's business.
 */
final class PatternSize {
    private static final long ENOUGH = 1L << 40;

    private final String text;
    private final long[] outer;
    private int depth;
    private int at;
    private long total;
    private long last;

    private PatternSize(String text) {
        this.text = text;
        outer = new long[text.length() + 1];
    }

    static long of(String expression) {
        PatternSize size = new PatternSize(expression);
        while (size.at < expression.length()) {
            size.next();
        }
        while (size.depth > 0) {
            size.close();
        }
        return size.total;
    }

    private void next() {
        char c = text.charAt(at++);
        switch (c) {
            case '(' -> {
                outer[depth++] = total;
                total = 0;
                last = 0;
            }
            case ')' -> close();
            case '[' -> {
                skipClass();
                atom();
            }
            case '\\' -> escape();
            case '{' -> repeat();
            default -> atom();
        }
    }

    /** An escaped character or class, or the literal text between {@code \\Q} and {@code \\E}. */
    private void escape() {
        if (at < text.length() && text.charAt(at) == 'Q') {
            int end = text.indexOf("\\E", at);
            int literal = (end < 0 ? text.length() : end) - at;
            for (int i = 0; i < literal; i++) {
                atom();
            }
            at = end < 0 ? text.length() : end + 2;
        } else {
            at++;
            atom();
        }
    }

    private void atom() {
        last = 1;
        total = Math.min(total + 1, ENOUGH);
    }

    private void close() {
        if (depth > 0) {
            last = total + 1;
            total = Math.min(outer[--depth] + last, ENOUGH);
        }
    }

    private void skipClass() {
        at += at < text.length() && text.charAt(at) == '^' ? 1 : 0;
        at++;
        while (at < text.length() && text.charAt(at) != ']') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
    }

    /** Reads {@code n}, {@code n,} or {@code n,m} and the closing brace; anything else is literal. */
    private void repeat() {
        int scan = at;
        long count = 0;
        long largest = 0;
        while (scan < text.length() && (Character.isDigit(text.charAt(scan)) || text.charAt(scan) == ',')) {
            char c = text.charAt(scan++);
            count = c == ',' ? 0 : Math.min(count * 10 + Character.digit(c, 10), 1_000_000);
            largest = Math.max(largest, count);
        }
        if (scan == at || scan >= text.length() || text.charAt(scan) != '}') {
            atom();
            return;
        }
        at = scan + 1;
        long copies = Math.max(largest, 1) - 1;
        long grown = Math.min(last * copies, ENOUGH);
        total = Math.min(total + grown, ENOUGH);
        last = Math.min(last + grown, ENOUGH);
    }
}
