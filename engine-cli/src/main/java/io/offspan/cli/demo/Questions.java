package io.offspan.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.command.SpanFields;
import io.offspan.cli.command.Waterfall;
import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Span;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one asks a store after an incident, in TraceQL that is shown as one could type it. */
final class Questions {
    static final String SLOW_VISITS = "{ name = \"visit\" && duration >= 100ms }";
    static final String ERRORS = "{ status = error }";
    static final String VISA = "{ span.app.payment.card_type = \"visa\" }";

    private static final int SHOWN = 5;

    private final Terminal terminal;
    private final QueryEngine engine;
    private final long startNanos;

    /** @param startNanos when the spans that are asked for begin */
    Questions(Terminal terminal, QueryEngine engine, long startNanos) {
        this.terminal = terminal;
        this.engine = engine;
        this.startNanos = startNanos;
    }

    private List<Span> ask(String traceQl) {
        Query query = Query.traceQl(traceQl).from(startNanos).limit(Query.MAX_LIMIT);
        try (SpanCursor spans = engine.find(query)) {
            return spans.remaining();
        }
    }

    private List<Span> askAloud(String traceQl) {
        terminal.line("  " + terminal.styled("faint", traceQl));
        return ask(traceQl);
    }

    /** Shows the slowest visits. */
    void slowest(ObjectNode answer) {
        List<Span> slow = askAloud(SLOW_VISITS);
        answer.put("slow", slow.size());
        terminal.line("  " + Units.count(slow.size()) + " visits took 100 ms or longer"
                + (slow.isEmpty() ? "" : "; the slowest:"));
        slow.stream()
                .sorted(byDuration())
                .limit(SHOWN)
                .forEach(span -> terminal.line(
                        "  %8s  trace %s".formatted(Units.duration(span.durationNanos()), span.traceId())));
    }

    /** Shows what failed, and how often. */
    void errors(ObjectNode answer) {
        List<Span> failed = askAloud(ERRORS);
        Map<String, Integer> byService = new TreeMap<>();
        Map<String, Integer> byPlace = new LinkedHashMap<>();
        for (Span span : failed) {
            byService.merge(span.serviceName(), 1, Integer::sum);
            if (!span.statusMessage().isEmpty()) {
                String what = span.statusMessage().replaceAll(":.*", "");
                byPlace.merge("%-9s %-14s %s".formatted(span.serviceName(), span.name(), what), 1, Integer::sum);
            }
        }
        ObjectNode counts = answer.putObject("errors");
        byService.forEach(counts::put);
        terminal.line(
                "  " + Units.count(failed.size(), "span") + " failed, those that pass on another's failure among them"
                        + (byPlace.isEmpty() ? "" : "; those that say why:"));
        byPlace.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(SHOWN)
                .forEach(entry ->
                        terminal.line("  %8d  %s".formatted(entry.getValue(), Cells.printable(entry.getKey()))));
    }

    /** Counts the spans that have an attribute. */
    void visa(ObjectNode answer) {
        int paid = askAloud(VISA).size();
        answer.put("paidByVisa", paid);
        terminal.line("  " + Units.count(paid) + " charges");
    }

    /** Shows the trace of the slowest visit; returns its id. */
    String waterfall(ObjectNode answer) {
        Span slowest = ask("{ name = \"visit\" && resource.service.name = \"load-generator\" }").stream()
                .min(byDuration())
                .orElseThrow(() -> new IllegalStateException("The shop had no visitor"));
        List<Span> trace = engine.trace(slowest.traceId()).spans();
        answer.set("slowest", SpanFields.json(slowest).put("spansOfTrace", trace.size()));
        new Waterfall(trace).print(terminal);
        return slowest.traceId();
    }

    private static Comparator<Span> byDuration() {
        return Comparator.comparingLong(Span::durationNanos).reversed();
    }
}
