package io.offspan.core.pattern;

/**
 * Recognises the regular expressions that RE2/J 1.8 compiles for ever: those without regard to case that hold one of the letters
 * U+1C80 to U+1C88, alone or in a range. Each of them has an upper case of which it is not the lower case, and the compiler walks
 * from one case to the other until it is back.
 *
 * <p>Takes anything that looks like a range for one, so that it never misses one; what it takes too much can be written without
 * the flag.
 */
final class FoldingTrap {
    private static final int FIRST = 0x1c80;
    private static final int LAST = 0x1c88;

    private final String text;
    private int at;

    private FoldingTrap(String text) {
        this.text = text;
    }

    static boolean holds(String expression) {
        return ignoresCase(expression) && new FoldingTrap(expression).holdsLetter();
    }

    private static boolean ignoresCase(String text) {
        for (int group = text.indexOf("(?"); group >= 0; group = text.indexOf("(?", group + 1)) {
            for (int i = group + 2; i < text.length() && isFlag(text.charAt(i)); i++) {
                if (text.charAt(i) == 'i') {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isFlag(char c) {
        return c == '-' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private boolean holdsLetter() {
        while (at < text.length()) {
            int low = point();
            int high = low;
            int before = at;
            if (at + 1 < text.length() && text.charAt(at) == '-') {
                at++;
                high = point();
                at = before;
            }
            if (low <= LAST && high >= FIRST) {
                return true;
            }
        }
        return false;
    }

    /** Reads a character or what an escape stands for; 0, the lowest, for an escape that is no single character. */
    private int point() {
        int point = text.codePointAt(at);
        at += Character.charCount(point);
        if (point != '\\' || at == text.length()) {
            return point;
        }
        int escaped = text.codePointAt(at);
        at += Character.charCount(escaped);
        if (escaped == 'x') {
            boolean braces = at < text.length() && text.charAt(at) == '{';
            int from = braces ? at + 1 : at;
            int to = from;
            while (to < text.length() && (braces || to < from + 2) && Character.digit(text.charAt(to), 16) >= 0) {
                to++;
            }
            at = to;
            return hex(from, to);
        }
        return escaped < 0x80 && Character.isLetterOrDigit(escaped) ? 0 : escaped;
    }

    private int hex(int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = Math.min(value * 16 + Character.digit(text.charAt(i), 16), 0x10_ffff);
        }
        return value;
    }
}
