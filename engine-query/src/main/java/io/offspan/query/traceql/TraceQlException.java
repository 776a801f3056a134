package io.offspan.query.traceql;

import io.offspan.query.ast.QueryException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says where a text stops being a question that can be answered, and why.
 *
 * <p>{@link #reason} is {@code SYNTAX} for a text that is not TraceQL, {@code UNSUPPORTED} for TraceQL that is not answered yet, and
 * otherwise what the same question would be refused for when it is asked by calls.
 */
public final class TraceQlException extends QueryException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;
    private final String found;
    private final String expected;
    private final @Nullable String nearest;
    private final String excerpt;

    TraceQlException(
            Reason reason, Place place, String found, String expected, @Nullable String nearest, String message) {
        super(reason, "Line " + place.line() + ", column " + place.column() + ": " + message);
        line = place.line();
        column = place.column();
        excerpt = place.excerpt();
        this.found = found;
        this.expected = expected;
        this.nearest = nearest;
    }

    /** Where something is: line and column from 1, in code points, and the line with a mark below. */
    record Place(int line, int column, String excerpt) {}

    /** Returns the line, from 1. */
    public int line() {
        return line;
    }

    /** Returns the column in code points, from 1. */
    public int column() {
        return column;
    }

    /** Returns what stands there. */
    public String found() {
        return found;
    }

    /** Returns what could stand there, or what to do instead. */
    public String expected() {
        return expected;
    }

    /** Returns the word or sign that was probably meant. */
    public Optional<String> nearest() {
        return Optional.ofNullable(nearest);
    }

    /** Returns the line of the query and, in a line below, a caret under the place; without control characters. */
    public String excerpt() {
        return excerpt;
    }
}
