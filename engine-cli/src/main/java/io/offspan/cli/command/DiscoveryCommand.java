package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.EpochNanos;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreReader;
import io.offspan.query.Discovery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.discover.Listing;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that lists what the spans of an answer have. */
abstract class DiscoveryCommand extends StoreCommand {
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

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many lines, up to " + Query.MAX_LIMIT + " (default: ${DEFAULT-VALUE}).")
    private int limit;

    /** Returns the question of the command without times and limit. */
    abstract Query question();

    /** Answers; returns the exit status. */
    abstract int answer(Discovery discovery);

    @Override
    protected final int run() {
        Query query = Times.within(question(), fromNanos, toNanos).limit(Limit.of(limit));
        try (StoreReader reader = StoreReader.open(data())) {
            return answer(QueryEngine.over(reader).discover(query));
        }
    }

    /** Tells how many rows there are beyond the limit, and answers; returns the exit status. */
    final int end(Listing<?> listing, String thing, ObjectNode answer) {
        answer.put("beyond", listing.beyond());
        if (listing.beyond() > 0 && !terminal().json()) {
            terminal().note(Units.count(listing.beyond(), "more " + thing) + " beyond --limit " + limit);
        }
        terminal().answer(answer);
        return Completeness.report(terminal(), listing.outcome());
    }
}
