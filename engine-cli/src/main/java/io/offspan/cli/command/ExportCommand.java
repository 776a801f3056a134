package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a store's spans into a file. */
@Command(
        name = "export",
        description = "Writes all spans into a file of OTLP requests, each behind its length as a varint.",
        footer = {
            "",
            "The file appears when it is complete and replaces what is there. It is read",
            "by 'offspan ingest' and by whatever reads protobuf's delimited form.",
            "",
            "Example: offspan export --data spans --output spans.otlp"
        })
public final class ExportCommand extends StoreCommand {
    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The file to write.")
    private Path output = Path.of("");

    @Override
    protected int run() throws IOException {
        requirePlace();
        try (StoreReader reader = StoreReader.open(data());
                Progress progress = new Progress(terminal(), "export", "spans", -1)) {
            Export export = Export.write(reader, output, progress);
            report(export);
            return export.damagedBlocks() == 0 ? ExitCode.DONE : ExitCode.NO;
        }
    }

    private void requirePlace() {
        Path folder = output.toAbsolutePath().getParent();
        if (Files.isDirectory(output)) {
            throw CommandException.usage(output + " is a directory; name a file in it");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw CommandException.usage("the directory " + folder + " does not exist; make it first");
        }
        if (!Files.isWritable(folder)) {
            throw CommandException.usage("the directory " + folder + " may not be written by this user");
        }
    }

    private void report(Export export) {
        if (export.damagedBlocks() > 0) {
            terminal()
                    .note("offspan: " + Units.count(export.damagedBlocks())
                            + " damaged blocks are left out; 'offspan verify' says where");
        }
        ObjectNode answer = Json.object();
        answer.put("spans", export.spans());
        answer.put("batches", export.batches());
        answer.put("bytes", export.bytes());
        answer.put("damagedBlocks", export.damagedBlocks());
        terminal().answer(answer);
        if (!terminal().json()) {
            terminal()
                    .line(Units.count(export.spans()) + " spans written to " + output + " in "
                            + Units.count(export.batches()) + " requests, " + Units.bytes(export.bytes()));
        }
    }
}
