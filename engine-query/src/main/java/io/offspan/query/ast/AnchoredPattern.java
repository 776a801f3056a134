package io.offspan.query.ast;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.offspan.query.ast.QueryException.Reason;

/**
 * A regular expression of RE2 that has to match a text as a whole. Its time grows with the text, never exponentially. The
 * point matches a line break, too, as in TraceQL elsewhere; {@code (?-s)} in front turns that off.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code PATTERN}) when the expression does not compile, back-references and
 * look-around included, or exceeds {@link FilterLimits}.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class AnchoredPattern {
    private final Pattern pattern;

    private AnchoredPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Compiles an expression. */
    public static AnchoredPattern compile(String expression) {
        if (expression.length() > FilterLimits.MAX_PATTERN_CHARS) {
            throw refused(
                    expression,
                    "has " + expression.length() + " characters, allowed are " + FilterLimits.MAX_PATTERN_CHARS
                            + "; split it into several comparisons",
                    null);
        }
        long states = PatternSize.of(expression);
        if (states > FilterLimits.MAX_PATTERN_STATES) {
            throw refused(
                    expression,
                    "repeats itself into " + states + " states, allowed are " + FilterLimits.MAX_PATTERN_STATES
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
            return new AnchoredPattern(Pattern.compile(expression, Pattern.DOTALL));
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
        return pattern.matcher(text).matches();
    }

    private static QueryException refused(
            String expression, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        String shown = expression.length() <= 200 ? expression : expression.substring(0, 200) + "…";
        String message = "Regular expression \"" + shown + "\" " + what;
        return cause == null
                ? new QueryException(Reason.PATTERN, message)
                : new QueryException(Reason.PATTERN, message, cause);
    }
}
