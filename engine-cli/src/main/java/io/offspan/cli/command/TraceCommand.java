package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.core.StoreReader;
import io.offspan.query.QueryEngine;
import io.offspan.query.Trace;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one trace. */
@Command(
        name = "trace",
        description = "Shows the spans of one trace, each under its parent; with --json as OTLP/JSON.",
        footer = {"", "Example: offspan trace --data spans 4bf92f3577b34da6a3ce929d0e0e4736"})
public final class TraceCommand extends StoreCommand {
    private static final Pattern TRACE_ID = Pattern.compile("[0-9a-fA-F]{32}");

    @Parameters(paramLabel = "TRACE_ID", description = "The trace id, 32 hexadecimal digits.")
    private String traceId = "";

    @Override
    protected int run() {
        if (!TRACE_ID.matcher(traceId).matches()) {
            throw CommandException.usage("'" + traceId + "' is not a trace id: it has 32 hexadecimal digits, this has "
                    + traceId.length() + " characters");
        }
        try (StoreReader reader = StoreReader.open(data())) {
            Trace trace = QueryEngine.over(reader).trace(traceId);
            if (trace.isEmpty()) {
                throw CommandException.no("no span of trace " + trace.traceId() + " is stored in " + data());
            }
            if (terminal().json()) {
                terminal().answer(OtlpJson.of(trace.spans()));
            } else {
                new Waterfall(trace.spans()).print(terminal());
            }
            return Completeness.report(terminal(), trace.outcome());
        }
    }
}
