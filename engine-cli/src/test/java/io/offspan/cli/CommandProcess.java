package io.offspan.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the packaged command as a process of its own and keeps what it said. */
final class CommandProcess {
    private static final Path JAR = Path.of("target", "offspan.jar").toAbsolutePath();
    private static final int FIRST_VERSION_WITH_UNSAFE_FLAG = 24;

    private final Path scratch;
    private final List<String> jvm = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Path directory;

    /** @param scratch where output is kept, and the folder that the command runs in unless told otherwise */
    CommandProcess(Path scratch) {
        this.scratch = scratch;
        directory = scratch;
        if (Runtime.version().feature() >= FIRST_VERSION_WITH_UNSAFE_FLAG) {
            jvm.add("--sun-misc-unsafe-memory-access=allow");
        }
        jvm.add("-XX:-UsePerfData");
    }

    CommandProcess jvmOption(String option) {
        jvm.add(option);
        return this;
    }

    CommandProcess environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    CommandProcess in(Path folder) {
        directory = folder;
        return this;
    }

    /** Starts the command, its output going into a file, for commands that run until they are told to stop. */
    Process start(Path out, Object... arguments) throws IOException {
        return new ProcessBuilder(command(arguments))
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private List<String> command(Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("-jar");
        command.add(JAR.toString());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    Ended run(Object... arguments) throws IOException, InterruptedException {
        List<String> command = command(arguments);
        Path out = Files.createTempFile(scratch, "out", ".txt");
        Path err = Files.createTempFile(scratch, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("Two minutes were not enough for " + command + "\n" + Files.readString(err));
        }
        Ended ended = new Ended(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
        Files.delete(out);
        Files.delete(err);
        return ended;
    }
}
