package io.offspan.bench.command;

import io.offspan.bench.suite.EpsilonQueries;
import io.offspan.bench.suite.Suite;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the query part, or its proof that asking leaves no garbage. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
final class QueryCommand extends RunCommand {
    @Option(
            names = "--epsilon",
            description = {
                "Only look up a million traces of a store of --spans spans, and ask a prepared search and count, in a JVM with a heap",
                "of 64 MiB and a collector that collects nothing, and print how much of the heap was used up."
            })
    private boolean epsilon;

    QueryCommand(Suite suite) {
        super(List.of(suite));
    }

    @Override
    List<Suite> suites() {
        return epsilon ? List.of(new EpsilonQueries()) : super.suites();
    }
}
