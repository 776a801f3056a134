package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Units;
import io.offspan.export.ExportStatus;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SamplingTally.Amount;
import io.offspan.export.sampling.SamplingTally.OfPolicy;
import java.util.ArrayList;
import java.util.List;

/** What the sampling policies of an exporter have decided, as answers have it; nothing where it has none. */
final class Sampled {
    private Sampled() {}

    static void put(ObjectNode answer, ExportStatus status) {
        SamplingTally tally = status.sampling();
        if (tally == null) {
            return;
        }
        ObjectNode sampling = answer.putObject("sampling");
        sampling.put("notKept", status.notKeptSpans());
        put(sampling.putObject("kept"), tally.kept());
        put(sampling.putObject("dropped"), tally.dropped());
        sampling.put("waiting", tally.waiting());
        sampling.put("decidedEarly", tally.early());
        sampling.put("lateKept", tally.lateKept());
        sampling.put("lateDropped", tally.lateDropped());
        sampling.put("unclaimed", tally.unclaimed());
        ArrayNode policies = sampling.putArray("policies");
        for (OfPolicy policy : tally.policies()) {
            ObjectNode row = policies.addObject();
            row.put("name", policy.name());
            row.put("type", policy.type());
            put(row.putObject("kept"), policy.keptBy());
            put(row.putObject("dropped"), policy.droppedBy());
        }
    }

    private static void put(ObjectNode object, Amount amount) {
        Json.put(object, "traces", amount.traces());
        Json.put(object, "spans", amount.spans());
    }

    /** Returns the same in lines. */
    static List<String> lines(ExportStatus status) {
        SamplingTally tally = status.sampling();
        if (tally == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        long decided = tally.kept().traces() + tally.dropped().traces();
        lines.add("sampling keeps " + Units.count(tally.kept().traces()) + " of " + Units.count(decided, "trace")
                + " and leaves out " + Units.count(status.notKeptSpans(), "span") + "; "
                + Units.count(tally.waiting(), "trace", "waits", "wait") + " to be decided");
        for (OfPolicy policy : tally.policies()) {
            lines.add("policy " + Cells.printable(policy.name()) + " has kept "
                    + Units.count(policy.keptBy().traces(), "trace") + " and dropped "
                    + Units.count(policy.droppedBy().traces()));
        }
        lines.add("no policy was in favour of " + Units.count(tally.unclaimed(), "trace"));
        if (tally.early() > 0) {
            lines.add(Units.count(tally.early(), "trace", "was", "were") + " decided early, because too many waited");
        }
        return lines;
    }
}
