package io.offspan.cli.terminal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Ends a command with an exit status and one message for the user: what was found, what to do. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final int line;
    private final int column;

    public CommandException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    public CommandException(int exitCode, String message, @Nullable Throwable cause) {
        this(exitCode, message, cause, 0, 0);
    }

    private CommandException(int exitCode, String message, @Nullable Throwable cause, int line, int column) {
        super(message, cause);
        this.exitCode = exitCode;
        this.line = line;
        this.column = column;
    }

    /** Says that the command line asks for something that cannot be. */
    public static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    /** Says where a text on the command line stops making sense. */
    public static CommandException usage(String message, int line, int column) {
        return new CommandException(ExitCode.USAGE, message, null, line, column);
    }

    /** Says that the answer is no. */
    public static CommandException no(String message) {
        return new CommandException(ExitCode.NO, message);
    }

    /** Returns the exit status of the command. */
    public int exitCode() {
        return exitCode;
    }

    /** Returns what a command answers that ends with this. */
    public ObjectNode answer() {
        ObjectNode answer = Json.failure(exitCode, String.valueOf(getMessage()));
        return line == 0 ? answer : answer.put("line", line).put("column", column);
    }
}
