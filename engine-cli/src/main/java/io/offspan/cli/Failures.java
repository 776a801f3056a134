package io.offspan.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Terminal;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.ast.QueryException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;

/** Turns what ended a command into an exit status and one line that says what was found and what to do. */
final class Failures {
    private Failures() {}

    static int report(Terminal terminal, Throwable failure, String... arguments) {
        String message;
        if (failure instanceof CommandException told) {
            message = String.valueOf(told.getMessage());
        } else if (failure instanceof SpanStoreException
                || failure instanceof QueryException
                || failure instanceof FileSystemException) {
            message = messageOf(failure);
        } else {
            message = "unexpected " + failure.getClass().getSimpleName() + ": " + failure.getMessage()
                    + " (add --debug for the stack trace)";
        }
        terminal.note("offspan: " + message);
        if (Arrays.asList(arguments).contains("--debug")) {
            terminal.stackTrace(failure);
        }
        ObjectNode answer = failure instanceof CommandException told
                ? told.answer()
                : Json.failure(failure instanceof QueryException ? ExitCode.USAGE : ExitCode.UNUSABLE, message);
        terminal.answer(answer);
        return answer.path("exitCode").asInt();
    }

    private static String messageOf(Throwable failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + " may not be opened by this user";
        }
        return String.valueOf(failure.getMessage());
    }
}
