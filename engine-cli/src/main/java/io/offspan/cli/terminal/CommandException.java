package io.offspan.cli.terminal;

import org.jspecify.annotations.Nullable;

/** Ends a command with an exit status and one message for the user: what was found, what to do. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public CommandException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    public CommandException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** Says that the command line asks for something that cannot be. */
    public static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    /** Says that the answer is no. */
    public static CommandException no(String message) {
        return new CommandException(ExitCode.NO, message);
    }

    /** Returns the exit status of the command. */
    public int exitCode() {
        return exitCode;
    }
}
