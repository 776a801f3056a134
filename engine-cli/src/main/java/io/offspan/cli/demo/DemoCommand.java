package io.offspan.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.TerminalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what a store does, on spans made while one watches. */
@Command(
        name = "demo",
        description =
                "Runs a small shop of services that call each other over HTTP on loopback, stores their spans as the"
                        + " OpenTelemetry SDK ends them, finds, shows and sends them to an OTLP receiver, and kills a writing process to show that"
                        + " nothing acknowledged is lost. Takes some ten seconds.",
        footer = {"", "Example:", "  offspan demo --data shop --visits 1000"})
public final class DemoCommand extends TerminalCommand {
    private static final int MOST_VISITS = 100_000;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data directory to use; nothing is written outside it (default: a new temporary one).")
    private @Nullable Path data;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "What the visits are drawn from (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--visits",
            paramLabel = "N",
            defaultValue = "250",
            description = "How many visitors the shop has, about 19 spans each (default: ${DEFAULT-VALUE}).")
    private int visits;

    @Override
    protected int run() throws IOException, InterruptedException {
        if (visits < 1 || visits > MOST_VISITS) {
            throw CommandException.usage("--visits is " + visits + "; allowed are 1 to " + MOST_VISITS);
        }
        Path directory = data == null ? Files.createTempDirectory("offspan-demo-") : data;
        Demo demo = new Demo(terminal(), directory, seed, visits);
        ObjectNode answer = demo.run();
        terminal().answer(answer);
        return demo.kept() ? ExitCode.DONE : ExitCode.NO;
    }
}
