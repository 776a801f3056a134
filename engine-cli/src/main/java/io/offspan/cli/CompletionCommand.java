package io.offspan.cli;

import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.TerminalCommand;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what teaches a shell to complete command lines of {@code offspan}. */
@Command(
        name = "completion",
        description = "Prints a script that teaches the shell to complete commands, options and formats.",
        footer = {
            "",
            "Examples:",
            "  source <(offspan completion bash)",
            "  offspan completion zsh > ~/.offspan-completion.zsh  # source it in ~/.zshrc"
        })
final class CompletionCommand extends TerminalCommand {
    /** A shell. */
    enum Shell {
        BASH(""),
        ZSH("autoload -Uz compinit bashcompinit && compinit -u && bashcompinit\n");

        private final String preparation;

        Shell(String preparation) {
            this.preparation = preparation;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "SHELL", description = "The shell: ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.BASH;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    protected int run() {
        CommandLine root = spec.root().commandLine();
        String script = shell.preparation + AutoComplete.bash(spec.root().name(), root);
        terminal().answer(Json.object().put("script", script));
        if (!terminal().json()) {
            terminal().line(script);
        }
        return ExitCode.DONE;
    }
}
