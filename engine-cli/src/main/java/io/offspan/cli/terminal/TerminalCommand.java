package io.offspan.cli.terminal;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** A command of {@code offspan}: has the common options and speaks through the terminal. */
public abstract class TerminalCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global = new GlobalOptions();

    @Nullable
    private Terminal terminal;

    /** Gives the command its terminal, once. */
    public final void use(Terminal given) {
        terminal = given;
    }

    /** Returns where the command speaks. */
    protected final Terminal terminal() {
        Terminal given = terminal;
        if (given == null) {
            throw new IllegalStateException("A command runs only after it was given a terminal");
        }
        return given;
    }

    @Override
    public final Integer call() throws Exception {
        terminal().json(global.json());
        return run();
    }

    /** Does the work and returns the exit status. */
    protected abstract int run() throws Exception;
}
