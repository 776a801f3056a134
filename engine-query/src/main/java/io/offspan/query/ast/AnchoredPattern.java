package io.offspan.query.ast;

import io.offspan.core.pattern.LinearPattern;
import io.offspan.query.ast.QueryException.Reason;

/**
 * A regular expression that has to match a text as a whole, as in TraceQL; else as {@link LinearPattern} says.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code PATTERN}) when the expression does not compile, back-references and
 * look-around included, or exceeds {@link FilterLimits}.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class AnchoredPattern {
    private final LinearPattern pattern;

    private AnchoredPattern(LinearPattern pattern) {
        this.pattern = pattern;
    }

    /** Compiles an expression. */
    public static AnchoredPattern compile(String expression) {
        try {
            return new AnchoredPattern(LinearPattern.compile(expression));
        } catch (IllegalArgumentException refused) {
            throw new QueryException(Reason.PATTERN, String.valueOf(refused.getMessage()), refused);
        }
    }

    /** Returns how many characters and classes an expression has at most once its counted repetitions are written out. */
    public static long states(String expression) {
        return LinearPattern.states(expression);
    }

    /** Tells whether the expression matches all of a text. */
    public boolean matches(CharSequence text) {
        try {
            return pattern.matches(text);
        } catch (IllegalStateException tooDeep) {
            throw new QueryException(Reason.PATTERN, String.valueOf(tooDeep.getMessage()), tooDeep);
        }
    }
}
