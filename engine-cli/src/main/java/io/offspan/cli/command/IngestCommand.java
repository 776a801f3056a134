package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.input.InputFile;
import io.offspan.cli.input.InputFormat;
import io.offspan.cli.input.Intake;
import io.offspan.cli.input.Intake.UnknownField;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Units;
import io.offspan.core.AttributeRules;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.Position;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.SpanIndex;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads files of spans into a store. */
@Command(
        name = "ingest",
        description = "Reads spans from files into a store, which is made if it does not exist.",
        footer = {
            "",
            "Formats:",
            "  otlp         one ExportTraceServiceRequest, or many, each behind its length",
            "               as a varint, as 'offspan export' writes them, or in four bytes,",
            "               as the OpenTelemetry Collector does",
            "  otlp-json    a request as JSON, an array of them, or one a line; what the",
            "               JVM's logging-otlp exporter, Tempo and Jaeger's API write, too",
            "  zipkin-json  Zipkin's spans, an array, arrays in an array, or one a line",
            "  nezha-csv    TraceID,SpanID,ParentID,PodName,OperationName,... by column",
            "Without --format each file's name and first bytes decide. Files compressed by",
            "gzip or zstd are unpacked while they are read; - is standard input.",
            "",
            "What cannot be stored is counted by reason and named by line and column, and",
            "the exit status is 1; what comes before and behind it is stored. A file that",
            "is not empty and gives no span is refused, too.",
            "",
            "Examples:",
            "  offspan ingest --data spans requests/*.bin",
            "  offspan ingest --data spans --format zipkin-json trace.json.gz",
            "  curl -s $ZIPKIN/api/v2/trace/$ID | offspan ingest --data spans -"
        })
public final class IngestCommand extends StoreCommand {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int NAMES_SHOWN = 10;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "What the files are: ${COMPLETION-CANDIDATES} (default: found out for each).")
    private @Nullable InputFormat format;

    @Option(
            names = "--attributes",
            paramLabel = "RULES",
            description = "Which attributes are kept, dropped or masked before anything is stored, as"
                    + " 'drop span.user.email; mask .url.full token=[^&]*'. May be given more than once.")
    private List<String> attributes = List.of();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files of spans; - is standard input.")
    private List<String> files = List.of();

    @Override
    protected int run() throws IOException {
        List<InputFile> inputs =
                files.stream().map(name -> new InputFile(name, terminal().in())).toList();
        long total = require(inputs);
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(PATIENCE)
                .attributes(rules())
                .build();
        long started = System.nanoTime();
        try (SpanStore store = SpanStore.open(data(), config);
                SpanIndex index = SpanIndex.over(store)) {
            store.flush(PATIENCE);
            Position before = store.reader().end();
            Intake intake = new Intake(
                    store, config.maxSpanBytes(), problem -> terminal().note("offspan: " + problem));
            try (Progress progress = new Progress(terminal(), "ingest", "bytes", total)) {
                for (InputFile input : inputs) {
                    input.read(format, intake, progress::add);
                }
            }
            if (!store.awaitSynced(PATIENCE)) {
                throw new CommandException(
                        ExitCode.UNUSABLE,
                        "the spans are stored, but the disk of " + data() + " has not taken them within a minute; run"
                                + " 'offspan verify' before you rely on them");
            }
            if (!index.await(PATIENCE)) {
                terminal()
                        .note(
                                "offspan: the spans are stored, but not all of them indexed; queries scan the others, until 'offspan"
                                        + " reindex' has run");
            }
            double seconds = (System.nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
            try (Progress progress = new Progress(terminal(), "count traces", "spans", intake.spans())) {
                long traces = StoreScan.since(before, store.reader(), progress).traces();
                long bytesIn = inputs.stream().mapToLong(InputFile::bytesIn).sum();
                report(intake, bytesIn, traces, seconds, store.counters());
            }
            return intake.rejected().isEmpty() ? ExitCode.DONE : ExitCode.NO;
        }
    }

    private AttributeRules rules() {
        try {
            return AttributeRules.parse(String.join("\n", attributes));
        } catch (IllegalArgumentException unreadable) {
            throw CommandException.usage(String.valueOf(unreadable.getMessage()));
        }
    }

    /** Refuses files that cannot be read before anything is stored; returns their size, or -1 when that is not known. */
    private long require(List<InputFile> inputs) throws IOException {
        if (files.stream().filter(InputFile.STANDARD_INPUT::equals).count() > 1) {
            throw CommandException.usage("standard input (-) is named more than once");
        }
        long total = 0;
        for (InputFile input : inputs) {
            long bytes = input.require();
            total = bytes == 0 || total < 0 ? -1 : total + bytes;
        }
        return total;
    }

    private void report(Intake intake, long bytesIn, long traces, double seconds, StoreCounters counters) {
        long spans = intake.spans();

        long retired = counters.get(Counter.RETIRED_SPANS);
        long bytesOnDisk = counters.get(Counter.LOGGED_BYTES);
        if (retired > 0) {
            terminal()
                    .note("offspan: the budget of the store is full; its " + Units.count(retired)
                            + " oldest spans were deleted");
        }
        ObjectNode answer = Json.object();
        answer.put("spans", spans);
        answer.put("traces", traces);
        ObjectNode reasons = answer.putObject("rejected");
        intake.rejected().forEach(reasons::put);
        intake.problems().forEach(answer.putArray("problems")::add);
        answer.put("unknownFields", intake.unknownFields());
        ArrayNode names = answer.putArray("unknownNames");
        for (UnknownField field : intake.unknownNames()) {
            names.addObject()
                    .put("name", field.name())
                    .put("count", field.count())
                    .put("first", field.first());
        }
        answer.put("passedLines", intake.passedLines());
        answer.put("bytesIn", bytesIn);
        answer.put("bytesOnDisk", bytesOnDisk);
        answer.put("retired", retired);
        answer.put("seconds", seconds);
        terminal().answer(answer);
        if (!terminal().json()) {
            terminal()
                    .line(Units.count(spans, "span") + " of " + Units.count(traces, "trace") + " stored in " + data()
                            + " in "
                            + Units.duration((long) (seconds * TimeUnit.SECONDS.toNanos(1))) + ": "
                            + Units.bytes(bytesIn) + " of input take " + Units.bytes(bytesOnDisk) + " in the log");
            intake.rejected().forEach((reason, count) -> terminal().line(Units.count(count) + " refused: " + reason));
            if (intake.unknownFields() > 0) {
                terminal().line(Units.count(intake.unknownFields(), "unknown field") + " passed over" + names(intake));
            }
        }
    }

    private static String names(Intake intake) {
        String names = intake.unknownNames().stream()
                .limit(NAMES_SHOWN)
                .map(field -> field.name() + " (" + field.first() + ")")
                .collect(Collectors.joining(", "));
        int more = intake.unknownNames().size() - NAMES_SHOWN;
        return names.isEmpty() ? "" : ": " + names + (more > 0 ? " and " + Units.count(more, "more name") : "");
    }
}
