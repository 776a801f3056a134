package io.offspan.bench.command;

import io.offspan.bench.suite.AppendSuite;
import io.offspan.bench.suite.CodecSuite;
import io.offspan.bench.suite.ExportSuite;
import io.offspan.bench.suite.IngestSuite;
import io.offspan.bench.suite.PeersSuite;
import io.offspan.bench.suite.QuerySuite;
import io.offspan.bench.suite.ScaleSuite;
import io.offspan.bench.suite.Suite;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Names the parts of the benchmark. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "PART",
        commandListHeading = "%nParts:%n",
        description =
                "Measures what Offspan costs beside what the hardware and other libraries do with the same spans.",
        footer = {
            "",
            "'bench jmh' runs the classes of JMH, with JMH's own options.",
            "Exit status: 0 done; 1 a wrong answer, or worse than the baseline; 2 wrong usage; 3 it could not be measured.",
        })
public final class BenchCommand {
    private static final int USAGE = 2;
    private static final int UNUSABLE = 3;

    private BenchCommand() {}

    /** Returns the parts in the order in which {@code all} runs them. */
    private static List<Suite> suites() {
        return List.of(
                new CodecSuite(),
                new AppendSuite(),
                new IngestSuite(),
                new QuerySuite(),
                new ExportSuite(),
                new PeersSuite());
    }

    /** Runs a command line; returns its exit status. */
    public static int run(String... arguments) {
        CommandLine command = new CommandLine(new BenchCommand());
        for (Suite suite : suites()) {
            add(command, suite.name(), suite.description(), part(suite));
        }
        Suite scale = new ScaleSuite();
        add(command, scale.name(), scale.description(), new RunCommand(List.of(scale)));
        add(command, "all", "Everything but 'scale', in one run.", new RunCommand(suites()));
        command.addSubcommand("report", new CommandLine(new ReportCommand()));
        command.setExecutionExceptionHandler((failure, at, parsed) -> report(failure));
        if (arguments.length == 0) {
            command.usage(System.err);
            return USAGE;
        }
        return command.execute(arguments);
    }

    private static RunCommand part(Suite suite) {
        if (suite instanceof AppendSuite) {
            return new AppendCommand(suite);
        }
        return suite instanceof QuerySuite ? new QueryCommand(suite) : new RunCommand(List.of(suite));
    }

    private static void add(CommandLine command, String name, String description, RunCommand run) {
        CommandLine part = new CommandLine(run);
        part.getCommandSpec().usageMessage().description(description);
        command.addSubcommand(name, part);
    }

    private static int report(Exception failure) {
        if (failure instanceof FileSystemException file) {
            System.err.println("bench: " + file.getClass().getSimpleName() + ": " + file.getMessage());
        } else if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
            System.err.println("bench: " + failure.getMessage());
        } else {
            failure.printStackTrace();
        }
        return UNUSABLE;
    }
}
