package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Units;
import io.offspan.query.Discovery;
import io.offspan.query.Query;
import io.offspan.query.discover.Listing;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that lists what the spans of an answer have. */
abstract class DiscoveryCommand extends StoreCommand {
    @Mixin
    private final Times times = new Times();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many lines, up to " + Query.MAX_LIMIT + " (default: ${DEFAULT-VALUE}).")
    private int limit;

    private @Nullable Stores stores;

    /** Returns the question of the command without times and limit. */
    abstract Query question();

    /** Answers; returns the exit status. */
    abstract int answer(Discovery discovery);

    @Override
    protected final int run() {
        Query query = times.within(question()).limit(Limit.of(limit));
        try (Stores opened = stores()) {
            stores = opened;
            return answer(opened.engine().discover(query));
        }
    }

    /**
     * Shows the rows, tells how many there are beyond the limit, and answers; returns the exit status.
     *
     * @param table of the rows, null where they were shown otherwise
     */
    final int end(Listing<?> listing, String thing, @Nullable Table table, ObjectNode answer) {
        if (table != null && !terminal().json()) {
            table.print(terminal());
        }
        Stores asked = Objects.requireNonNull(stores);
        answer.put("beyond", listing.beyond());
        if (listing.beyond() > 0 && !terminal().json()) {
            terminal().note(Units.count(listing.beyond(), "more " + thing) + " beyond --limit " + limit);
        }
        terminal().answer(asked.tell(answer));
        if (asked.areNamed() && !terminal().json()) {
            terminal().note("offspan: asked as one: " + asked.names() + " of " + path());
        }
        return Math.max(Completeness.report(terminal(), listing.outcome()), asked.report(terminal()));
    }
}
