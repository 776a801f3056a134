package io.offspan.bench.command;

import io.offspan.bench.page.Page;
import io.offspan.bench.result.Report;
import io.offspan.bench.suite.Markdown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes what runs printed with {@code --json} into a document or as a page. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Writes what runs printed with --json into a Markdown document, between its two marker lines,",
            "or one of them as a page of HTML."
        })
final class ReportCommand implements Callable<Integer> {
    @Option(
            names = "--json",
            required = true,
            paramLabel = "FILE",
            description = "What a run printed; may be repeated.")
    private List<Path> reports = List.of();

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Targets targets = new Targets();

    @Spec
    private @Nullable CommandSpec spec;

    /** What is written. */
    static final class Targets {
        @Option(names = "--markdown", paramLabel = "FILE", description = "The document; it has to exist.")
        private @Nullable Path document;

        @Option(
                names = "--report",
                paramLabel = "FILE",
                description = "A page of HTML with charts, which loads nothing; of exactly one --json.")
        private @Nullable Path page;
    }

    @Override
    public Integer call() throws Exception {
        List<Report> read = new ArrayList<>();
        for (Path file : reports) {
            read.add(Report.read(file));
        }
        Path page = targets.page;
        if (page != null) {
            if (read.size() != 1 && spec != null) {
                throw new ParameterException(
                        spec.commandLine(), "--report is a page of one run, but there are " + read.size() + " --json");
            }
            Files.writeString(page, Page.of(read.get(0)));
        }
        Path document = targets.document;
        if (document != null) {
            Files.writeString(document, Markdown.into(Files.readString(document), read));
        }
        return RunCommand.DONE;
    }
}
