package io.offspan.core.pattern;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of RE2: its time grows with the text, never exponentially. The point matches a line break, too; {@code (?-s)} in
 * front turns that off.
 *
 * <p><b>Threads.</b> Immutable. <b>Fails</b> with {@link IllegalArgumentException} when the expression does not compile, back-references
 * and look-around included, or is too large; with {@link IllegalStateException} when the thread has less stack than it takes.
 */
public final class LinearPattern {
    /** How many characters an expression may have. */
    public static final int MAX_CHARS = 1_024;
    /** How many characters and classes an expression may have once its counted repetitions are written out. */
    public static final int MAX_STATES = 10_000;

    private static final int SHOWN = 200;

    private final Pattern pattern;

    private LinearPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Compiles an expression. */
    public static LinearPattern compile(String expression) {
        if (expression.length() > MAX_CHARS) {
            throw refused(
                    expression,
                    "has " + expression.length() + " characters, allowed are " + MAX_CHARS
                            + "; split it into several comparisons",
                    null);
        }
        long states = states(expression);
        if (states > MAX_STATES) {
            throw refused(
                    expression,
                    "repeats itself into " + states + " states, allowed are " + MAX_STATES
                            + "; use smaller counts or * and +",
                    null);
        }
        if (FoldingTrap.holds(expression)) {
            throw refused(
                    expression,
                    "ignores case around U+1C80 to U+1C88, which never ends; leave out (?i) or these letters",
                    null);
        }
        try {
            return new LinearPattern(Pattern.compile(expression, Pattern.DOTALL));
        } catch (PatternSyntaxException invalid) {
            throw refused(
                    expression,
                    "is not valid for RE2: " + invalid.getDescription()
                            + "; back-references and look-around do not exist there",
                    invalid);
        } catch (RuntimeException | StackOverflowError failed) {
            throw refused(expression, "could not be compiled; simplify it", failed);
        }
    }

    /** Returns how many characters and classes an expression has at most once its counted repetitions are written out. */
    public static long states(String expression) {
        return PatternSize.of(expression);
    }

    /** Tells whether the expression matches all of a text. */
    public boolean matches(CharSequence text) {
        try {
            return pattern.matcher(text).matches();
        } catch (StackOverflowError deep) {
            throw tooDeep(deep);
        }
    }

    /** Tells whether the expression matches a part of a text. */
    public boolean finds(CharSequence text) {
        try {
            return pattern.matcher(text).find();
        } catch (StackOverflowError deep) {
            throw tooDeep(deep);
        }
    }

    /** Returns a text with another one in the place of each match that is not empty; the same object where there is none. */
    public String replaceAll(String text, String with) {
        try {
            return replaced(text, with);
        } catch (StackOverflowError deep) {
            throw tooDeep(deep);
        }
    }

    private String replaced(String text, String with) {
        Matcher matcher = pattern.matcher(text);
        StringBuilder replaced = null;
        int copied = 0;
        while (matcher.find()) {
            if (matcher.end() > matcher.start()) {
                if (replaced == null) {
                    replaced = new StringBuilder(text.length());
                }
                replaced.append(text, copied, matcher.start()).append(with);
                copied = matcher.end();
            }
        }
        return replaced == null
                ? text
                : replaced.append(text, copied, text.length()).toString();
    }

    private IllegalStateException tooDeep(StackOverflowError deep) {
        return new IllegalStateException(
                "The regular expression " + shown(pattern.pattern())
                        + " takes more stack than this thread has; repeat less in it, or use * and +",
                deep);
    }

    private static String shown(String expression) {
        return expression.length() <= SHOWN ? expression : expression.substring(0, SHOWN) + "…";
    }

    private static IllegalArgumentException refused(String expression, String what, @Nullable Throwable cause) {
        return new IllegalArgumentException("Regular expression \"" + shown(expression) + "\" " + what, cause);
    }
}
