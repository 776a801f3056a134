package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.metrics.MetricsServer;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Interrupt;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Reading;
import io.offspan.export.ExportConfig;
import io.offspan.export.ExportFile;
import io.offspan.export.send.DestinationException;
import io.offspan.sample.SamplingPolicies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends a store's spans to an OTLP receiver, or writes them into files. */
@Command(
        name = "export",
        description = "Sends spans to an OTLP receiver, or writes them into files.",
        footer = {
            "",
            "To a receiver: what was acknowledged before the command began and was not sent",
            "under this name before; with --follow everything that comes, until Ctrl-C. A",
            "checkpoint in the store says how far it is, so that the next run goes on there.",
            "May run beside the process that writes the store. What a killed one left in",
            "its slabs is recovered first. OTEL_EXPORTER_OTLP_* and OFFSPAN_EXPORT_* in the",
            "environment hold where an option is absent.",
            "",
            "To a file: requests, each behind its length as a varint, oldest first. The file",
            "appears when it is complete and replaces what is there, at the end of links. A",
            "pipe or a device is written to. 'offspan ingest' and whatever knows protobuf's",
            "delimited form read it.",
            "",
            "To a folder of Parquet files, in the columns of ClickHouse's otel_traces: what",
            "the log holds and no file there does, so that the same command again adds what",
            "came since. DuckDB, Spark and ClickHouse read them.",
            "",
            "The exit status is 1 when the receiver takes nothing, or not all of it.",
            "",
            "With --explain-sampling nothing is sent and no checkpoint moves: the policies of a",
            "file, in YAML as collectors have it, are tried on the stored spans. Each says how",
            "many traces it would keep by itself, how many it would drop, and how many were",
            "decided on its account.",
            "",
            "Examples:",
            "  offspan export --data spans --endpoint http://localhost:4318",
            "  offspan export --data spans --endpoint https://otlp.example.com --follow",
            "  offspan export --data spans --config receivers.properties --follow --metrics-port 9464",
            "  offspan export --data spans --status",
            "  offspan export --data spans --explain-sampling policies.yaml",
            "  offspan export --data spans --endpoint URL --follow --sampling policies.yaml",
            "  offspan export --data spans --output spans.otlp",
            "  offspan export --data spans --parquet spans-parquet --from -1h",
            "  offspan export --data spans --output - | gzip > spans.otlp.gz"
        })
public final class ExportCommand extends StoreCommand {
    private static final long DEFAULT_GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "The file to write, instead of an endpoint; - is standard output.")
    private @Nullable Path output;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Several receivers by a file of properties, each with its own progress, instead of an endpoint;"
                            + " see docs/operations.md.")
    private @Nullable Path configuration;

    @Option(
            names = "--parquet",
            paramLabel = "DIR",
            description = "The folder to write Parquet files into, instead of an endpoint; see docs/parquet.md.")
    private @Nullable Path parquet;

    @Mixin
    private final Times times = new Times();

    @Mixin
    private DestinationOptions destination = new DestinationOptions();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The checkpoint, one for each destination (default: otlp).")
    private @Nullable String name;

    @Option(names = "--from-start", description = "Send everything the store holds, whatever was sent before.")
    private boolean fromStart;

    @Option(names = "--follow", description = "Go on with new spans, and wait for the receiver, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--status",
            description =
                    "Say what the store's exporters do, or did last: state, lag, last error, decisions; send nothing.")
    private boolean status;

    @Option(
            names = "--sampling",
            paramLabel = "FILE",
            description = "Send only traces that the sampling policies of a file keep, each whole.")
    private @Nullable Path sampling;

    @Option(
            names = "--explain-sampling",
            paramLabel = "FILE",
            description = "Say what the sampling policies of a file would keep of the stored spans; send nothing.")
    private @Nullable Path tried;

    @Option(
            names = "--give-up",
            paramLabel = "DURATION",
            converter = Units.DurationNanos.class,
            description = "Without --follow, end when the receiver has accepted nothing for so long (default: 30s).")
    private @Nullable Long giveUpNanos;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            description = "Answer Prometheus at http://localhost:PORT/metrics meanwhile; 0 is any free port.")
    private @Nullable Integer metricsPort;

    @Option(
            names = "--metrics-host",
            paramLabel = "HOST",
            description = "The address to answer at, so that other machines can ask (default: localhost).")
    private @Nullable String metricsHost;

    @Override
    protected int run() throws IOException {
        if (status) {
            return status();
        }
        if (tried != null) {
            return explainSampling(tried);
        }
        Path folder = parquet;
        if (folder != null) {
            return parquet(folder);
        }
        if (times.areGiven()) {
            throw CommandException.usage("--from and --to go with --parquet; --output and receivers get everything");
        }
        Path file = output;
        if (file != null) {
            boolean metrics = metricsPort != null || metricsHost != null;
            if (anyOfEndpoint() || configuration != null || follow || giveUpNanos != null || metrics) {
                throw CommandException.usage(
                        "--output writes a file; it goes with --data alone, not with the options of an endpoint");
            }
            return write(file);
        }
        if (metricsHost != null && metricsPort == null) {
            throw CommandException.usage("--metrics-host says where; name a port, too, with --metrics-port");
        }
        long patience = giveUpNanos == null ? DEFAULT_GIVE_UP_NANOS : giveUpNanos;
        try {
            return new EndpointExport(
                            terminal(), data(), destinations(System.getenv()), configuration != null, follow, patience)
                    .run(this::metrics);
        } catch (DestinationException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        }
    }

    private int parquet(Path folder) throws IOException {
        if (sends()) {
            throw CommandException.usage(
                    "--parquet writes files; it goes with --data, --from and --to, not with the options of an endpoint");
        }
        try (Stores stores = stores();
                Interrupt interrupt = new Interrupt()) {
            return new ParquetExport(terminal(), stores, folder, times).run(path(), interrupt);
        }
    }

    private int explainSampling(Path policies) {
        if (sends() || parquet != null) {
            throw CommandException.usage("--explain-sampling sends nothing; it goes with --data alone");
        }
        SamplingPolicies read = SamplingTrial.policies(policies);
        try (Stores stores = stores()) {
            return SamplingTrial.run(stores, read, terminal());
        }
    }

    /** Tells whether an option is there that is about sending or writing. */
    private boolean sends() {
        boolean metrics = metricsPort != null || metricsHost != null;
        return anyOfEndpoint() || output != null || configuration != null || follow || giveUpNanos != null || metrics;
    }

    private int status() throws IOException {
        if (sends() || tried != null || parquet != null) {
            throw CommandException.usage("--status sends nothing; it goes with --data alone");
        }
        Path data = data();
        try (StoreReader reader = StoreReader.open(data)) {
            new ExporterStates(data, reader, System.currentTimeMillis()).print(terminal());
            return ExitCode.DONE;
        }
    }

    /** Opens the port for metrics, where there is to be one, and says where it is. */
    private @Nullable MetricsServer metrics(Supplier<List<Reading>> readings) {
        Integer port = metricsPort;
        if (port == null) {
            return null;
        }
        MetricsServer server = MetricsServer.start(metricsHost == null ? "localhost" : metricsHost, port, readings);
        terminal().note("offspan: metrics at " + server.address());
        return server;
    }

    private List<ExportConfig> destinations(Map<String, String> environment) {
        Path several = configuration;
        if (several != null) {
            if (anyOfEndpoint()) {
                throw CommandException.usage(
                        "--config says everything of its receivers; it goes with --data, --follow and --give-up, not with"
                                + " the options of an endpoint");
            }
            return ExportFile.read(several, environment);
        }
        if (!destination.namesReceiver(environment)) {
            throw CommandException.usage(
                    "where to? Name a receiver, such as --endpoint http://localhost:4318, or several with --config, or a"
                            + " file with --output");
        }
        return List.of(destination.config(environment, name, fromStart, sampling));
    }

    private boolean anyOfEndpoint() {
        return destination.anyGiven() || name != null || fromStart || sampling != null;
    }

    private int write(Path name) {
        OutputPlace place = place(name);
        try (Stores stores = stores();
                Progress progress = new Progress(terminal(), "export", "spans", -1)) {
            Export export = write(stores, place, progress);
            report(stores, export, place);
            int doubt = stores.report(terminal());
            return export.damagedBlocks() == 0 ? doubt : ExitCode.NO;
        } catch (OutputPlace.Unread unread) {
            return ExitCode.NO;
        }
    }

    private OutputPlace place(Path name) {
        try {
            OutputPlace place = OutputPlace.of(name);
            place.require(path(), terminal());
            return place;
        } catch (IOException e) {
            throw CommandException.usage(name + " cannot be resolved: " + e + "; name another place");
        }
    }

    private Export write(Stores stores, OutputPlace place, Progress progress) throws OutputPlace.Unread {
        try (OtlpSink out = place.open(terminal())) {
            return Export.write(stores, out, progress);
        } catch (OutputPlace.Unread unread) {
            throw unread;
        } catch (IOException e) {
            boolean replaced = place.kind() == OutputPlace.Kind.REPLACED;
            throw new CommandException(
                    ExitCode.UNUSABLE,
                    place + " cannot be written: " + e.getMessage()
                            + (replaced
                                    ? "; make room, or name another place. What was there is as it was"
                                    : "; what it has taken ends somewhere within the spans"),
                    e);
        }
    }

    private void report(Stores stores, Export export, OutputPlace place) {
        if (export.damagedBlocks() > 0) {
            terminal()
                    .note("offspan: " + Units.count(export.damagedBlocks(), "damaged block", "is", "are")
                            + " left out; 'offspan verify' says where");
        }
        ObjectNode answer = Json.object();
        answer.put("spans", export.spans());
        answer.put("batches", export.batches());
        answer.put("bytes", export.bytes());
        answer.put("damagedBlocks", export.damagedBlocks());
        if (stores.areNamed()) {
            ArrayNode each = answer.putArray("stores");
            for (int i = 0; i < stores.all().size(); i++) {
                long spans = export.spansByStore().get(i);
                each.addObject().put("store", stores.name(i)).put("spans", spans);
                terminal().note("offspan: " + Units.count(spans, "span") + " of " + stores.name(i));
            }
        }
        terminal().answer(stores.tellOfDoubt(answer));
        if (!terminal().json()) {
            String said = Units.count(export.spans(), "span") + " written to " + place + " in "
                    + Units.count(export.batches(), "request") + ", " + Units.bytes(export.bytes());
            if (place.kind() == OutputPlace.Kind.STANDARD_OUTPUT) {
                terminal().note(said);
            } else {
                terminal().line(said);
            }
        }
    }
}
