package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.Units;
import io.offspan.query.Query;
import org.jspecify.annotations.Nullable;

/** The times that {@code --from} and {@code --to} give a query. */
final class Times {
    private Times() {}

    /** Returns a query for the spans within; null is no bound. */
    static Query within(Query query, @Nullable Long from, @Nullable Long to) {
        if (from != null && to != null && Long.compareUnsigned(from, to) >= 0) {
            throw CommandException.usage("no span starts at " + Units.time(from) + " (--from) or later and before "
                    + Units.time(to) + " (--to); exchange them, or widen the time between");
        }
        Query begun = from == null ? query : query.from(from);
        return to == null ? begun : begun.to(to);
    }
}
