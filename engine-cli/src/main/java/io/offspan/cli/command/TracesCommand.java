package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Units;
import io.offspan.query.Discovery;
import io.offspan.query.Query;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.TraceSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists traces. */
@Command(
        name = "traces",
        description =
                "Lists the traces that have a span that a TraceQL query leaves, each summed up in a line, the newest or the"
                        + " slowest first.",
        footer = {
            "",
            "A trace is what the store has of it between --from and --to; without a stored root its name and service are empty."
                    + " Beyond 262,144 traces they are summed up part by part, which takes longer: a narrower time is faster.",
            "",
            "Examples:",
            "  offspan traces --data spans --limit 10",
            "  offspan traces --data spans '{ status = error }' --order slowest --from -1h",
            "  offspan traces --data spans --json | jq -r '.traces[] | select(.errors > 0).traceId'"
        })
public final class TracesCommand extends DiscoveryCommand {
    @Parameters(
            paramLabel = "TRACEQL",
            arity = "0..1",
            defaultValue = QueryText.ALL,
            description = "The query (default: all spans).")
    private String text = QueryText.ALL;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description = "Which come first: ${COMPLETION-CANDIDATES} (default: newest).")
    private SpanOrder order = SpanOrder.NEWEST;

    @Override
    Query question() {
        return QueryText.parse(text).order(order);
    }

    @Override
    int answer(Discovery discovery) {
        Listing<TraceSummary> found = discovery.traces();
        ObjectNode answer = Json.object();
        ArrayNode rows = answer.putArray("traces");
        Table table = new Table(List.of(
                Column.beginning("START", 19),
                Column.text("DURATION", 8),
                Column.text("ROOT SERVICE", 8),
                Column.text("ROOT NAME", 12),
                Column.beginning("SPANS", 5),
                Column.beginning("ERRORS", 5),
                Column.text("SERVICES", 8),
                Column.beginning("TRACE", 8)));
        for (TraceSummary each : found.rows()) {
            describe(each, rows.addObject());
            table.add(
                    Units.time(each.startNanos()),
                    hasDuration(each) ? Units.duration(each.durationNanos()) : "unfinished",
                    orEmpty(each.rootService()),
                    orEmpty(each.rootName()),
                    "" + each.spans(),
                    "" + each.errors(),
                    String.join(",", each.services()),
                    each.traceId());
        }
        return end(found, "trace", table, answer);
    }

    private static boolean hasDuration(TraceSummary trace) {
        return trace.durationNanos() != TraceSummary.UNKNOWN;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static void describe(TraceSummary trace, ObjectNode row) {
        row.put("traceId", trace.traceId());
        row.put("rootService", trace.rootService());
        row.put("rootName", trace.rootName());
        row.put("startNanos", Long.toUnsignedString(trace.startNanos()));
        if (hasDuration(trace)) {
            Json.put(row, "durationNanos", trace.durationNanos());
        } else {
            row.putNull("durationNanos");
        }
        Json.put(row, "spans", trace.spans());
        Json.put(row, "errors", trace.errors());
        trace.services().forEach(row.putArray("services")::add);
    }
}
