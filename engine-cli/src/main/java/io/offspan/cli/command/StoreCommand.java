package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.TerminalCommand;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A command on the store in a data directory. */
abstract class StoreCommand extends TerminalCommand {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "The data directory of the store.")
    private Path data = Path.of("");

    final Path data() {
        if (data.toString().isEmpty()) {
            throw CommandException.usage("--data is empty; name the data directory of the store");
        }
        return data;
    }
}
