package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.query.LeafPlans;
import io.offspan.query.scan.BrokenTraces;
import io.offspan.query.scan.ScanOutcome;
import java.util.List;
import java.util.Locale;

/** How a query was put to the parts of a store, and what was read for it. */
record Explained(String query, List<LeafPlans> plans, ScanOutcome outcome) {
    /** Tells it in an object of an answer or, without JSON, in lines. */
    void tell(Terminal terminal, ObjectNode answer) {
        ObjectNode counts = counts();
        if (!terminal.json()) {
            terminal.note("query\t" + query);
            plans.forEach(plan -> terminal.note("plan\t" + words(plan)));
            counts.properties()
                    .forEach(field -> terminal.note(
                            field.getKey() + "\t" + field.getValue().asText()));
        }
        ObjectNode explained = answer.putObject("explain");
        explained.put("query", query);
        explained.setAll(counts);
        plans.forEach(plan -> describe(plan, explained.withArray("plans").addObject()));
    }

    private ObjectNode counts() {
        ObjectNode counts = Json.object();
        counts.put("ending", outcome.ending().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        counts.put("blocksRead", outcome.blocksRead());
        counts.put("blocksPruned", outcome.blocksPruned());
        counts.put("blocksDamaged", outcome.blocksDamaged());
        counts.put("spansVisited", outcome.spansVisited());
        counts.put("spansCounted", outcome.spansCounted());
        counts.put("spansDamaged", outcome.spansDamaged());
        counts.put("spansMatched", outcome.spansMatched());
        counts.put("zeroDivisions", outcome.zeroDivisions());
        counts.put("tracesGrouped", outcome.tracesGrouped());
        counts.put("tracesMatched", outcome.tracesMatched());
        BrokenTraces broken = outcome.broken();
        counts.put("tracesBroken", broken.traces());
        counts.put("tracesWithoutRoot", broken.withoutRoot());
        counts.put("tracesMissingParents", broken.missingParents());
        counts.put("tracesInCircles", broken.circular());
        return counts.put("tracesWithDoubledIds", broken.doubledIds());
    }

    private static String words(LeafPlans plan) {
        String words = Units.count(plan.leaves(), "part") + " of the store, " + Units.count(plan.spans(), "span") + ", "
                + Units.count(plan.spansIndexed()) + " of them indexed"
                + (plan.scanned().isEmpty() ? "" : " (" + plan.scanned() + ")") + ": " + plan.access();
        words += plan.termsLooked() == 0
                ? ""
                : "; " + Units.count(plan.termsLooked(), "value") + " looked at, " + Units.count(plan.termsUnited())
                        + " wanted";
        words += plan.residual().isEmpty() ? "" : "; asked of each span: " + plan.residual();
        return words + (plan.exact() ? "; counted without a visit" : "");
    }

    private static void describe(LeafPlans plan, ObjectNode into) {
        into.put("leaves", plan.leaves());
        into.put("spans", plan.spans());
        into.put("spansIndexed", plan.spansIndexed());
        into.put("scanned", plan.scanned());
        into.put("access", plan.access());
        into.put("residual", plan.residual());
        into.put("exact", plan.exact());
        into.put("termsLooked", plan.termsLooked());
        into.put("termsUnited", plan.termsUnited());
    }
}
