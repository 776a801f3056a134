package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.TerminalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** A command on the store in a data directory. */
abstract class StoreCommand extends TerminalCommand {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
    private static final int MOST_NAMED = 5;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            defaultValue = "${env:OFFSPAN_DATA}",
            description = "The data directory of the store (default: OFFSPAN_DATA of the environment).")
    private Path data = Path.of("");

    final Path data() {
        if (data.toString().isEmpty()) {
            throw CommandException.usage("--data is empty; name the data directory of the store");
        }
        if (!isStore(data)) {
            List<Path> below = storesBelow();
            if (!below.isEmpty()) {
                throw new CommandException(
                        ExitCode.UNUSABLE,
                        "No store in " + data + " itself, but in "
                                + String.join(
                                        ", ",
                                        below.stream()
                                                .limit(MOST_NAMED)
                                                .map(Path::toString)
                                                .toList())
                                + (below.size() > MOST_NAMED ? ", …" : "")
                                + ": each JVM that shares a path has a store of its own; name one of them");
            }
        }
        return data;
    }

    private static boolean isStore(Path directory) {
        return Files.exists(directory.resolve("slabs")) || Files.isDirectory(directory.resolve("log"));
    }

    /** Returns the stores that the OpenTelemetry integration makes below the path it is given: in 0, 1 … or SERVICE/0, SERVICE/1 … */
    private List<Path> storesBelow() {
        if (!Files.isDirectory(data)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.walk(data, 2)) {
            return entries.filter(path ->
                            NUMBER.matcher(path.getFileName().toString()).matches())
                    .filter(StoreCommand::isStore)
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException unreadable) {
            return List.of();
        }
    }
}
