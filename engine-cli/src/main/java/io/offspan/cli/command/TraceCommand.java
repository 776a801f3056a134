package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.Units;
import io.offspan.query.QueryEngine;
import io.offspan.query.Trace;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one trace. */
@Command(
        name = "trace",
        description =
                "Shows the spans of one trace, each below its parent; with --json as OTLP/JSON, which 'ingest' reads.",
        footer = {
            "",
            "Every span is a line, and below one that failed stand the message of its status",
            "and its exceptions. Lines are as wide as the terminal (COLUMNS), with colours",
            "unless NO_COLOR is set; elsewhere columns are tabs, exceptions stand in the last,",
            "and nothing is cut. Said at the line: an id that several spans share, a parent",
            "that is missing, how much earlier than its parent a span starts or later it ends,",
            "a span without time, one that ends before it starts.",
            "Below stands what the first span says that failed by itself, its attributes,",
            "events, links and resource, on a terminal; with --full what every span says.",
            "",
            "Examples:",
            "  offspan trace --data spans 4bf92f3577b34da6a3ce929d0e0e4736",
            "  offspan trace --data spans 4bf92f --full",
            "  offspan trace --data spans 4bf92f3577b34da6a3ce929d0e0e4736 --json > trace.json"
        })
public final class TraceCommand extends StoreCommand {
    @Parameters(
            paramLabel = "TRACE_ID",
            description =
                    "The trace id in hexadecimal; the beginning that no other has, 0x, and a whole traceparent are"
                            + " understood, leading zeros may be left out.")
    private String text = "";

    @Option(names = "--full", description = "Show everything that each span says, and nothing of it cut.")
    private boolean full;

    @Override
    protected int run() {
        TraceLookup wanted = TraceLookup.of(text);
        try (Stores stores = stores()) {
            Trace trace = wanted.in(stores, terminal());
            if (trace.isEmpty()) {
                Completeness.report(terminal(), trace.outcome());
                stores.report(terminal());
                throw CommandException.no("no span of trace " + trace.traceId() + " is stored in " + path()
                        + (wanted.digits().equals(trace.traceId())
                                ? ""
                                : ", nor of one that begins with " + wanted.digits()));
            }
            if (terminal().json()) {
                terminal().answerBy(stream -> OtlpJson.write(trace.spans(), stream));
            } else {
                Waterfall waterfall = new Waterfall(trace.spans());
                waterfall.print(terminal());
                if (full || terminal().interactive()) {
                    new SpanDetails(terminal(), full).print(waterfall.rows());
                }
            }
            tellOfStores(stores, trace);
            return Math.max(Completeness.report(terminal(), trace.outcome()), stores.report(terminal()));
        }
    }

    private void tellOfStores(Stores stores, Trace trace) {
        if (!stores.areNamed()) {
            return;
        }
        List<String> parts = new ArrayList<>();
        for (Stores.Named store : stores.all()) {
            int spans = QueryEngine.over(store.reader())
                    .trace(trace.traceIdHigh(), trace.traceIdLow())
                    .spans()
                    .size();
            if (spans > 0) {
                parts.add(store.name() + " (" + Units.count(spans, "span") + ")");
            }
        }
        terminal().note("offspan: the trace is in " + String.join(", ", parts) + " of " + path());
    }
}
