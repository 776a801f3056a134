package io.offspan.query.ast;

import io.offspan.core.pattern.LinearPattern;
import io.offspan.query.ast.QueryException.Reason;

/** Limits of filters and pipelines, each with a name; whoever builds a larger one gets a {@link QueryException}. */
public final class FilterLimits {
    /** How deep and, or, not and arithmetic may be nested. */
    public static final int MAX_DEPTH = 64;
    /** How many nodes a filter or a pipeline may have. */
    public static final int MAX_NODES = 4_096;
    /** How many characters the key of an attribute may have. */
    public static final int MAX_KEY_CHARS = 4_096;
    /** How many characters a text may have that values are compared with. */
    public static final int MAX_TEXT_CHARS = 65_536;
    /** How many characters a regular expression may have. */
    public static final int MAX_PATTERN_CHARS = LinearPattern.MAX_CHARS;
    /** How many characters and classes a regular expression may have once its counted repetitions are written out. */
    public static final int MAX_PATTERN_STATES = LinearPattern.MAX_STATES;

    /** How many characters and classes all regular expressions in the text of a query may have together. */
    public static final int MAX_QUERY_STATES = 200_000;
    /** How many stages a pipeline may have. */
    public static final int MAX_STAGES = 64;
    /** How deep parentheses and signs may be nested in the text of a query, whether they mean something or not. */
    public static final int MAX_NESTING = 256;
    /** How many characters the text of a query may have. */
    public static final int MAX_QUERY_CHARS = 262_144;

    private FilterLimits() {}

    static void check(String what, long found, int allowed, String advice) {
        if (found > allowed) {
            throw new QueryException(Reason.LIMIT, what + ": found " + found + ", allowed " + allowed + "; " + advice);
        }
    }
}
