package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.query.Discovery;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.OperationCount;
import io.offspan.query.discover.ServiceCount;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists services, or what one of them does. */
@Command(
        name = "services",
        description =
                "Lists the services of a store, or the operations of one, with how many spans and errors they have.",
        footer = {
            "",
            "An operation is a span's name and kind. Spans whose resource names no service stand under (none).",
            "",
            "Examples:",
            "  offspan services --data spans",
            "  offspan services --data spans cart --from -1h",
            "  offspan services --data spans --where '{ status = error }' --json | jq -r '.services[].name'"
        })
public final class ServicesCommand extends FilteredListing {
    private static final String NONE = "(none)";

    @Parameters(paramLabel = "SERVICE", arity = "0..1", description = "List the operations of this service.")
    private @Nullable String service;

    @Override
    int answer(Discovery discovery) {
        ObjectNode answer = Json.object();
        return service == null
                ? services(discovery.services(), answer)
                : operations(discovery.operations(service), answer.put("service", service));
    }

    private int services(Listing<ServiceCount> found, ObjectNode answer) {
        ArrayNode rows = answer.putArray("services");
        Table table = new Table(
                List.of(Column.text("SERVICE", 8), Column.beginning("SPANS", 5), Column.beginning("ERRORS", 5)));
        for (ServiceCount each : found.rows()) {
            ObjectNode row = rows.addObject().put("name", each.name());
            Json.put(row, "spans", each.spans()).put("errors", each.errors());
            table.add(each.name() == null ? NONE : each.name(), "" + each.spans(), "" + each.errors());
        }
        return end(found, "service", table, answer);
    }

    private int operations(Listing<OperationCount> found, ObjectNode answer) {
        ArrayNode rows = answer.putArray("operations");
        Table table = new Table(List.of(
                Column.text("OPERATION", 12),
                Column.text("KIND", 8),
                Column.beginning("SPANS", 5),
                Column.beginning("ERRORS", 5)));
        for (OperationCount each : found.rows()) {
            ObjectNode row = rows.addObject().put("name", each.name()).put("kind", each.kind());
            Json.put(row, "spans", each.spans()).put("errors", each.errors());
            table.add(each.name(), each.kind(), "" + each.spans(), "" + each.errors());
        }
        return end(found, "operation", table, answer);
    }
}
