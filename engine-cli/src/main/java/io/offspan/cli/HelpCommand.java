package io.offspan.cli;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.TerminalCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains a command, as its {@code --help} does. */
@Command(
        name = "help",
        description = "Explains a command, or names them all.",
        footer = {"", "Example:", "  offspan help query"})
final class HelpCommand extends TerminalCommand {
    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "The command (default: all of them).")
    private @Nullable String name;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    protected int run() {
        CommandLine root = spec.root().commandLine();
        CommandLine command = name == null ? root : root.getSubcommands().get(name);
        if (command == null) {
            throw CommandException.usage("'" + name + "' is no command; 'offspan help' names them");
        }
        terminal().answer(Json.object().put("help", command.getUsageMessage(CommandLine.Help.Ansi.OFF)));
        if (!terminal().json()) {
            terminal().out().print(command.getUsageMessage(terminal().ansi(false)));
        }
        return ExitCode.DONE;
    }
}
