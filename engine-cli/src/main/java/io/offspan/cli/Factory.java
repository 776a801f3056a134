package io.offspan.cli;

import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.TerminalCommand;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the commands and gives each of them the terminal. */
final class Factory implements IFactory {
    private final Terminal terminal;

    Factory(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        K made = CommandLine.defaultFactory().create(type);
        if (made instanceof TerminalCommand command) {
            command.use(terminal);
        }
        return made;
    }
}
