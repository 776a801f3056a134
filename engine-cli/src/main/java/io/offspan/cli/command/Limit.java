package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.query.Query;

/** How many lines of an answer are wanted. */
final class Limit {
    private Limit() {}

    /** Returns a limit that a query can have. */
    static int of(int limit) {
        if (limit < 1 || limit > Query.MAX_LIMIT) {
            throw CommandException.usage("--limit is " + limit + "; allowed are 1 to " + Query.MAX_LIMIT
                    + ", or 'offspan query --count' for a number alone");
        }
        return limit;
    }
}
