package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.query.Query;
import io.offspan.query.ast.QueryException;
import io.offspan.query.traceql.TraceQl;
import io.offspan.query.traceql.TraceQlException;

/** A query as the command line takes it. */
final class QueryText {
    /** Every span; what is asked when nothing is. */
    static final String ALL = "{ }";

    private QueryText() {}

    /** Reads TraceQL; refuses what is none with a caret under the place. */
    static Query parse(String text) {
        try {
            return Query.of(TraceQl.parse(text));
        } catch (TraceQlException refused) {
            throw CommandException.usage(
                    refused.getMessage() + "\n" + refused.excerpt(), refused.line(), refused.column());
        } catch (QueryException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        }
    }
}
