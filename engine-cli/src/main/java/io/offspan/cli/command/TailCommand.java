package io.offspan.cli.command;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Interrupt;
import io.offspan.cli.terminal.Layout;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.model.Span;
import io.offspan.core.LogFollower;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Position;
import io.offspan.query.Query;
import io.offspan.query.SpanMatcher;
import io.offspan.query.ast.QueryException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows spans as they come. */
@Command(
        name = "tail",
        description = "Shows new spans that pass a TraceQL filter as they reach the log, until Ctrl-C.",
        footer = {
            "",
            "A living writer moves its spans to the log at least once per sync interval,",
            "a second by default. The filter is one that a span answers alone: what takes",
            "whole traces, such as '| count() > 3', is refused. With --json each span is",
            "one object on a line of its own.",
            "",
            "Examples:",
            "  offspan tail --data spans",
            "  offspan tail --data spans '{ status = error } | select(span.http.route)'",
            "  offspan tail --data spans '{ duration > 1s }' --from-start --limit 10 --json"
        })
public final class TailCommand extends StoreCommand {
    private static final int POLL_MILLIS = 50;
    private static final int BLOCKS = 8;
    /** As wide as the columns of most spans are, for nobody knows those to come. */
    private static final List<Integer> WANTED = List.of(27, 9, 16, 28, 8, 6, 32, 16);

    private static final int WANTED_SELECTED = 20;

    @Parameters(
            paramLabel = "TRACEQL",
            arity = "0..1",
            defaultValue = QueryText.ALL,
            description = "The filter (default: all spans).")
    private String text = QueryText.ALL;

    @Option(names = "--from-start", description = "Show what the log holds already, too.")
    private boolean fromStart;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after so many spans.")
    private long limit = Long.MAX_VALUE;

    private long shown;
    private long damaged;

    @Override
    protected int run() {
        if (limit < 1) {
            throw CommandException.usage("--limit is " + limit + "; it is at least 1");
        }
        Query query = QueryText.parse(text);
        SpanMatcher matcher = matcher(query);
        try (StoreReader reader = StoreReader.open(data());
                Interrupt interrupt = new Interrupt()) {
            Columns columns = new Columns(query.columns(), matcher::value);
            LogFollower follower = reader.follower(Position.START);
            if (!fromStart) {
                follower.skipToEnd();
            }
            follow(follower, new Shower(matcher, columns), interrupt);
            return follower.damagedBlocks() + damaged == 0 ? ExitCode.DONE : ExitCode.NO;
        }
    }

    private void follow(LogFollower follower, Shower shower, Interrupt interrupt) {
        long damagedBlocks = 0;
        boolean wished = false;
        while (!wished && shown < limit) {
            int blocks = follower.poll(shower, BLOCKS);
            if (follower.damagedBlocks() > damagedBlocks) {
                damagedBlocks = follower.damagedBlocks();
                terminal().note("offspan: a damaged block is left out; 'offspan verify' says where");
            }
            // Whoever reads the lines may be gone; then nobody is left to show spans to.
            boolean read = terminal().flush();
            wished = !read || interrupt.await(blocks == 0 ? POLL_MILLIS : 0);
        }
    }

    private static SpanMatcher matcher(Query query) {
        try {
            return query.matcher();
        } catch (QueryException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        }
    }

    /** Shows the spans of a block that match. */
    private final class Shower implements LogFollower.Handler {
        private final SpanMatcher matcher;
        private final Columns columns;
        private final @Nullable Layout layout;

        Shower(SpanMatcher matcher, Columns columns) {
            this.matcher = matcher;
            this.columns = columns;
            layout = terminal().interactive() ? layout() : null;
        }

        private Layout layout() {
            List<Column> shown = SpanFields.columns(columns.names());
            int[] wanted = new int[shown.size()];
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] = i < WANTED.size() ? WANTED.get(i) : WANTED_SELECTED;
            }
            int line = terminal().columns();
            // The last column has all that the others do not need.
            wanted[wanted.length - 1] = Math.max(
                    wanted[wanted.length - 1], line - Arrays.stream(wanted).sum() - 2 * wanted.length);
            return Layout.fit(shown, wanted, line);
        }

        @Override
        public void onBlock(BlockReader block) {
            matcher.enterBlock(block);
            for (int i = 0; i < block.count() && shown < limit; i++) {
                try {
                    if (matcher.matches(block.span(i))) {
                        show(Span.of(block.span(i)));
                    }
                } catch (IndexOutOfBoundsException | FormatException unreadable) {
                    damaged++;
                    terminal().note("offspan: a damaged span is left out; 'offspan verify' says where");
                }
            }
        }

        @Override
        public void onRetired(Position lost, Position resumed) {
            terminal().note("offspan: spans were deleted before they could be shown, to keep the budget of the store");
        }

        private void show(Span span) {
            shown++;
            if (terminal().json()) {
                terminal().answer(columns.json(SpanFields.json(span)));
                return;
            }
            List<String> cells = SpanFields.cells(span);
            cells.addAll(columns.texts());
            cells.replaceAll(Cells::printable);
            Layout columnsOfTerminal = layout;
            if (columnsOfTerminal == null) {
                terminal().line(String.join("\t", cells));
                return;
            }
            String line = columnsOfTerminal.line(cells.toArray(String[]::new));
            terminal().line(span.statusCode() == SpanFields.ERROR ? terminal().styled("red", line) : line);
        }
    }
}
