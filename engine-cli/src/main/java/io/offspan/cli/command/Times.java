package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.EpochNanos;
import io.offspan.cli.terminal.Units;
import io.offspan.query.Query;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The times that {@code --from} and {@code --to} give. */
final class Times {
    @Option(
            names = "--from",
            paramLabel = "T",
            converter = EpochNanos.class,
            description = "Only spans that start at this time or later.")
    private @Nullable Long fromNanos;

    @Option(
            names = "--to",
            paramLabel = "T",
            converter = EpochNanos.class,
            description = "Only spans that start before this time.")
    private @Nullable Long toNanos;

    /** Tells whether one of them is given. */
    boolean areGiven() {
        return fromNanos != null || toNanos != null;
    }

    /** Returns the time that spans start at or later, or another where none is given. */
    long from(long otherwise) {
        return fromNanos == null ? otherwise : fromNanos;
    }

    /** Returns the time that spans start before, or another where none is given. */
    long to(long otherwise) {
        return toNanos == null ? otherwise : toNanos;
    }

    /** Returns a query for the spans within. */
    Query within(Query query) {
        Long from = fromNanos;
        Long to = toNanos;
        if (from != null && to != null && Long.compareUnsigned(from, to) >= 0) {
            throw CommandException.usage("no span starts at " + Units.time(from) + " (--from) or later and before "
                    + Units.time(to) + " (--to); exchange them, or widen the time between");
        }
        Query begun = from == null ? query : query.from(from);
        return to == null ? begun : begun.to(to);
    }
}
