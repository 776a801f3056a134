package io.offspan.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the packaged command as a process of its own and keeps what it said. */
final class CommandProcess {
    private static final Path JAR = Path.of("target", "offspan.jar").toAbsolutePath();
    private static final int FIRST_VERSION_WITH_UNSAFE_FLAG = 24;

    private final Path scratch;
    private final List<String> jvm = new ArrayList<>();
    private final List<String> prefix = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Path jar = JAR;
    private Path directory;
    private File in = new File("/dev/null");
    private @Nullable File out;

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

    /** For a command that ends soon: its code is compiled once, for it will not live to see it compiled again. */
    CommandProcess brief() {
        return jvmOption("-XX:TieredStopAtLevel=1")
                .jvmOption("-XX:+UseSerialGC")
                .jvmOption("-Xshare:auto");
    }

    CommandProcess in(Path folder) {
        directory = folder;
        return this;
    }

    /** Puts a command in front, one that runs another for example. */
    CommandProcess prefix(String... words) {
        prefix.addAll(List.of(words));
        return this;
    }

    /** Runs a copy of the jar. */
    CommandProcess jar(Path copy) {
        jar = copy;
        return this;
    }

    CommandProcess in(File file) {
        in = file;
        return this;
    }

    /** Sends standard output somewhere else than where it is kept. */
    CommandProcess out(File file) {
        out = file;
        return this;
    }

    /** Starts the command and leaves its output to the caller. */
    Process open(Object... arguments) throws IOException {
        return builder(arguments).start();
    }

    private ProcessBuilder builder(Object... arguments) {
        ProcessBuilder builder = new ProcessBuilder(command(arguments))
                .directory(directory.toFile())
                .redirectInput(in);
        builder.environment().keySet().removeAll(List.of("NO_COLOR", "COLUMNS", "LC_CTYPE", "LANG"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        return builder;
    }

    /** Starts the command, its output going into a file, for commands that run until they are told to stop. */
    Process start(Path out, Object... arguments) throws IOException {
        return builder(arguments)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    List<String> command(Object... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("-jar");
        command.add(jar.toString());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    Ended run(Object... arguments) throws IOException, InterruptedException {
        Path kept = Files.createTempFile(scratch, "out", ".txt");
        Path err = Files.createTempFile(scratch, "err", ".txt");
        Process process = builder(arguments)
                .redirectOutput(out == null ? kept.toFile() : out)
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(
                    "Two minutes were not enough for " + command(arguments) + "\n" + Files.readString(err));
        }
        Ended ended = new Ended(
                process.exitValue(),
                Files.readString(kept, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
        Files.delete(kept);
        Files.delete(err);
        return ended;
    }
}
