package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.export.FlowDecision;
import java.util.List;

/** The changes that an exporter has made by itself to how much it sends at once and how it compresses that, as answers have them. */
final class Decisions {
    private Decisions() {}

    static void put(ObjectNode answer, List<FlowDecision> decisions) {
        ArrayNode changes = answer.putArray("decisions");
        decisions.forEach(each -> changes.addObject()
                .put("at", each.at().toString())
                .put("fromBytes", each.from().batchBytes())
                .put("toBytes", each.to().batchBytes())
                .put("fromRequests", each.from().requests())
                .put("toRequests", each.to().requests())
                .put("fromEffort", each.from().effort().word())
                .put("toEffort", each.to().effort().word())
                .put("fromCompression", each.from().compression().word())
                .put("toCompression", each.to().compression().word())
                .put("reason", each.reason()));
    }
}
