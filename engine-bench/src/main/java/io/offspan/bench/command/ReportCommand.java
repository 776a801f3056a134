package io.offspan.bench.command;

import io.offspan.bench.result.Report;
import io.offspan.bench.suite.Markdown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes what runs printed with {@code --json} into a document. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Writes what runs printed with --json into a Markdown document, between its two marker lines.")
final class ReportCommand implements Callable<Integer> {
    @Option(
            names = "--json",
            required = true,
            paramLabel = "FILE",
            description = "What a run printed; may be repeated.")
    private List<Path> reports = List.of();

    @Option(names = "--markdown", required = true, paramLabel = "FILE", description = "The document; it has to exist.")
    private Path document = Path.of("");

    @Override
    public Integer call() throws Exception {
        List<Report> read = new ArrayList<>();
        for (Path file : reports) {
            read.add(Report.read(file));
        }
        Files.writeString(document, Markdown.into(Files.readString(document), read));
        return RunCommand.DONE;
    }
}
