package io.offspan.cli.terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that every command has, beside help and version. */
@Command(descriptionHeading = "%n", parameterListHeading = "%nArguments:%n", optionListHeading = "%nOptions:%n")
public final class GlobalOptions {
    @Option(
            names = "--json",
            description = "Print exactly one JSON object on standard output; what humans read goes to standard error.")
    private boolean json;

    @Option(names = "--debug", description = "Print the stack trace of an unexpected error.")
    private boolean debug;

    boolean json() {
        return json;
    }

    boolean debug() {
        return debug;
    }
}
