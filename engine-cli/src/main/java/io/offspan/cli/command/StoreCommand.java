package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.TerminalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** A command on the store in a data directory. */
abstract class StoreCommand extends TerminalCommand {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
    /** What the mount point of a volume has. */
    private static final String OF_THE_VOLUME = "lost+found";

    private static final int MOST_NAMED = 5;
    /** By service, then by number: 10 comes after 9. */
    private static final Comparator<Path> BY_NAME = Comparator.comparing(
                    (Path path) -> String.valueOf(path.getParent()))
            .thenComparing(path ->
                    isNumbered(path) ? Integer.parseInt(path.getFileName().toString()) : -1);

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            defaultValue = "${env:OFFSPAN_DATA}",
            description = "The data directory of the store (default: OFFSPAN_DATA of the environment).")
    private Path data = Path.of("");

    /** Returns the directory of the one store that the command is about. */
    final Path data() {
        requireNamed();
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

    /** Opens the store in the directory, or all those of the JVMs that share it. */
    final Stores stores() {
        requireNamed();
        List<Path> below = isStore(data) ? List.of() : storesBelow();
        return new Stores(data, below.isEmpty() ? List.of(data) : below);
    }

    /** Returns what the command line names, whatever is there. */
    final Path path() {
        return data;
    }

    private void requireNamed() {
        if (data.toString().isEmpty()) {
            throw CommandException.usage("--data is empty; name the data directory of the store");
        }
    }

    private static boolean isStore(Path directory) {
        return Files.exists(directory.resolve("slabs")) || Files.isDirectory(directory.resolve("log"));
    }

    private static boolean isNumbered(Path path) {
        return NUMBER.matcher(path.getFileName().toString()).matches();
    }

    /** Tells whether a directory, which may be that of a service, keeps from this user what stores are in it. */
    private static boolean isUnlisted(Path directory) {
        return Files.isDirectory(directory)
                && !Files.isReadable(directory)
                && !directory.getFileName().toString().equals(OF_THE_VOLUME);
    }

    /** Tells whether a directory keeps from this user what is in it. */
    private static boolean isClosed(Path directory) {
        return Files.isDirectory(directory) && !Files.isExecutable(directory);
    }

    /** Returns the stores that the OpenTelemetry integration makes below the path it is given: in 0, 1 … or SERVICE/0, SERVICE/1 …, with those that cannot be looked at. */
    private List<Path> storesBelow() {
        if (!Files.isDirectory(data)) {
            return List.of();
        }
        List<Path> services = entries(data);
        return Stream.concat(
                        services.stream().filter(path -> isNumbered(path) || isUnlisted(path)),
                        services.stream()
                                .flatMap(service -> entries(service).stream().filter(StoreCommand::isNumbered)))
                .filter(path -> isStore(path) || isClosed(path) || isUnlisted(path))
                .sorted(BY_NAME)
                .toList();
    }

    /** Returns what is in a directory; nothing where it may not be read. */
    private static List<Path> entries(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException | UncheckedIOException unreadable) {
            return List.of();
        }
    }
}
