package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.query.Discovery;
import io.offspan.query.Query;
import io.offspan.query.discover.CallKind;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.ServiceCall;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows which services call which. */
@Command(
        name = "graph",
        description =
                "Shows which services, databases and queues call which, how often, with how many errors, and how long"
                        + " that takes.",
        footer = {
            "",
            "A call is a span whose parent is one of another service. A client or producer without such a child calls the peer"
                    + " that its attributes name; a server or consumer whose parent is not stored between --from and --to is"
                    + " called from outside, which is shown as (outside). Errors and times are those of the called side where"
                    + " that is stored.",
            "",
            "Examples:",
            "  offspan graph --data spans --from -1h",
            "  offspan graph --data spans --dot | dot -Tsvg > graph.svg",
            "  offspan graph --data spans --json | jq '.calls[] | select(.errors > 0)'"
        })
public final class GraphCommand extends DiscoveryCommand {
    private static final String NONE = "(none)";
    private static final String OUTSIDE = "(outside)";

    @Option(names = "--dot", description = "Print a graph in the language of Graphviz.")
    private boolean dot;

    @Override
    Query question() {
        if (dot && terminal().json()) {
            throw CommandException.usage("--dot and --json are two forms of one answer; leave one out");
        }
        return Query.all();
    }

    @Override
    int answer(Discovery discovery) {
        Listing<ServiceCall> found = discovery.calls();
        ObjectNode answer = Json.object();
        ArrayNode rows = answer.putArray("calls");
        Table table = new Table(List.of(
                Column.text("CALLER", 8),
                Column.text("CALLEE", 8),
                Column.beginning("KIND", 9),
                Column.beginning("CALLS", 5),
                Column.beginning("ERRORS", 5),
                Column.text("P50", 6),
                Column.text("P95", 6),
                Column.text("P99", 6)));
        for (ServiceCall each : found.rows()) {
            describe(each, rows.addObject());
            table.add(
                    caller(each),
                    name(each.callee()),
                    each.kind().toString(),
                    "" + each.calls(),
                    "" + each.errors(),
                    Latencies.text(each.latency().p50Nanos()),
                    Latencies.text(each.latency().p95Nanos()),
                    Latencies.text(each.latency().p99Nanos()));
        }
        if (dot) {
            DotGraph.lines(found.rows()).forEach(terminal()::line);
        }
        return end(found, "call", dot ? null : table, answer);
    }

    private static void describe(ServiceCall call, ObjectNode row) {
        row.put("caller", call.caller());
        row.put("callee", call.callee());
        row.put("kind", call.kind().toString());
        Json.put(row, "calls", call.calls());
        Json.put(row, "errors", call.errors());
        Latencies.put(row, call.latency());
    }

    static String caller(ServiceCall call) {
        return call.kind() == CallKind.ENTRY ? OUTSIDE : name(call.caller());
    }

    static String name(@Nullable String service) {
        return service == null ? NONE : service;
    }
}
