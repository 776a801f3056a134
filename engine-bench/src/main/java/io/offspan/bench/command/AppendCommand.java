package io.offspan.bench.command;

import io.offspan.bench.suite.EpsilonSuite;
import io.offspan.bench.suite.Suite;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the append part, or its proof that appending leaves no garbage. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
final class AppendCommand extends RunCommand {
    @Option(
            names = "--epsilon",
            description = {
                "Only append --spans spans and read them back, in a JVM with a heap of 64 MiB and a collector that collects",
                "nothing (-XX:+UseEpsilonGC -Xms64m -Xmx64m), and print how much of the heap was used up."
            })
    private boolean epsilon;

    AppendCommand(Suite suite) {
        super(List.of(suite));
    }

    @Override
    List<Suite> suites() {
        return epsilon ? List.of(new EpsilonSuite()) : super.suites();
    }
}
