package io.offspan.cli.command;

import io.offspan.cli.terminal.Cells;
import io.offspan.query.discover.CallKind;
import io.offspan.query.discover.ServiceCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes calls between services in the language of Graphviz: what stores no spans stands apart by its shape, calls with errors are red. */
final class DotGraph {
    private static final String OF_SERVICES = "service";

    private DotGraph() {}

    /** Returns the lines of the graph. */
    static List<String> lines(List<ServiceCall> calls) {
        Map<String, String> nodes = new LinkedHashMap<>();
        List<String> edges = new ArrayList<>();
        for (ServiceCall call : calls) {
            String from =
                    id(call.kind() == CallKind.ENTRY ? call.kind().toString() : OF_SERVICES, GraphCommand.caller(call));
            String to = id(isStored(call) ? OF_SERVICES : call.kind().toString(), GraphCommand.name(call.callee()));
            nodes.put(from, node(GraphCommand.caller(call), call.kind() == CallKind.ENTRY ? "plaintext" : "box"));
            nodes.put(to, node(GraphCommand.name(call.callee()), shape(call)));
            edges.add("  " + from + " -> " + to + " [label=" + quoted(label(call))
                    + (call.errors() > 0 ? ", color=red" : "") + "];");
        }
        List<String> lines = new ArrayList<>();
        lines.add("digraph calls {");
        lines.add("  rankdir=LR;");
        nodes.forEach((id, node) -> lines.add("  " + id + " " + node + ";"));
        lines.addAll(edges);
        lines.add("}");
        return lines;
    }

    /** Tells whether the called side stores spans, so that it is a service. */
    private static boolean isStored(ServiceCall call) {
        return call.kind() == CallKind.ENTRY || call.kind() == CallKind.REQUEST || call.kind() == CallKind.MESSAGING;
    }

    private static String shape(ServiceCall call) {
        return switch (call.kind()) {
            case DATABASE -> "cylinder";
            case QUEUE -> "cds";
            case PEER -> "ellipse";
            default -> "box";
        };
    }

    private static String label(ServiceCall call) {
        String errors = call.errors() == 0 ? "" : ", " + call.errors() + " failed";
        return call.calls() + errors + ", p95 " + Latencies.text(call.latency().p95Nanos());
    }

    private static String id(String group, String name) {
        return quoted(group + " " + name);
    }

    private static String node(String label, String shape) {
        return "[label=" + quoted(label) + ", shape=" + shape + "]";
    }

    private static String quoted(String text) {
        return '"' + Cells.printable(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
