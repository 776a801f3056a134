package io.offspan.testkit.gate;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of its own that runs one main class of the tests, with the access to the JDK's insides that this one was given.
 *
 * <p>The child may wait for {@link #go()} by reading one byte of its standard input, so that its start-up costs nobody time. What
 * it prints goes to files and is part of every complaint about it.
 *
 * <p><b>Threads.</b> One. <b>Owns</b> the process: {@link #close()} kills it.
 */
public final class ChildJvm implements AutoCloseable {
    /** The exit value of a process that was killed, and of one that a crash point has halted. */
    public static final int KILLED = 137;

    private static final List<String> ACCESS =
            List.of("--add-opens=", "--add-exports=", "--enable-native-access=", "--sun-misc-unsafe-memory-access=");

    private final Process process;
    private final Path output;
    private final Path errors;
    private final String title;

    private ChildJvm(Process process, Path output, Path errors, String title) {
        this.process = process;
        this.output = output;
        this.errors = errors;
        this.title = title;
    }

    /** Collects what a child is started with. */
    public static final class Builder {
        private final Class<?> main;
        private final List<String> prefix = new ArrayList<>();
        private final List<String> flags = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>();
        private String classPath = System.getProperty("java.class.path");
        private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
        private @Nullable Path directory;
        private boolean access = true;

        private Builder(Class<?> main) {
            this.main = main;
        }

        /** Puts a command, such as one that changes the user, before the JVM. */
        public Builder prefix(String... words) {
            prefix.addAll(List.of(words));
            return this;
        }

        public Builder flag(String flag) {
            flags.add(flag);
            return this;
        }

        public Builder flags(List<String> all) {
            flags.addAll(all);
            return this;
        }

        /** Leaves out the access that this JVM was given. */
        public Builder withoutAccess() {
            access = false;
            return this;
        }

        /** Sets a system property of the child. */
        public Builder property(String name, String value) {
            return flag("-D" + name + "=" + value);
        }

        public Builder arguments(Object... values) {
            for (Object value : values) {
                arguments.add(String.valueOf(value));
            }
            return this;
        }

        /** Adds to what the child inherits. */
        public Builder environment(Map<String, String> variables) {
            environment.putAll(variables);
            return this;
        }

        public Builder classPath(String path) {
            classPath = path;
            return this;
        }

        /** Sets where the files with the child's output go. */
        public Builder scratch(Path where) {
            scratch = where;
            return this;
        }

        /** Sets the working directory. */
        public Builder directory(Path where) {
            directory = where;
            return this;
        }

        public ChildJvm start() {
            List<String> command = new ArrayList<>(prefix);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            if (access) {
                command.addAll(accessFlags());
            }
            command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-ea"));
            command.addAll(flags);
            command.addAll(List.of("-cp", classPath, main.getName()));
            command.addAll(arguments);
            try {
                Path output = Files.createTempFile(scratch, main.getSimpleName(), ".out");
                Path errors = Files.createTempFile(scratch, main.getSimpleName(), ".err");
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
                builder.environment().putAll(environment);
                if (directory != null) {
                    builder.directory(directory.toFile());
                }
                return new ChildJvm(builder.start(), output, errors, main.getSimpleName() + " " + arguments);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Starts to describe a child that runs the main method of a class. */
    public static Builder of(Class<?> main) {
        return new Builder(main);
    }

    /** Returns the flags by which this JVM was given access to what the JDK keeps to itself. */
    public static List<String> accessFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> ACCESS.stream().anyMatch(flag::startsWith))
                .toList();
    }

    /** Returns the class path of this JVM, entry by entry. */
    public static List<Path> classPath() {
        List<Path> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.isEmpty()) {
                entries.add(Path.of(entry));
            }
        }
        return entries;
    }

    /** Lets a child go on that waits for a byte. */
    public void go() {
        try {
            process.getOutputStream().write('g');
            process.getOutputStream().flush();
        } catch (IOException gone) {
            throw new IllegalStateException("The child has gone before it was asked to start: " + report(), gone);
        }
    }

    public boolean alive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Asks the process to end, as Ctrl-C or {@code kill} do. */
    public void interrupt() {
        process.destroy();
    }

    /** Ends the process as {@code kill -9} does, and waits until it is gone. */
    public int kill() {
        process.destroyForcibly();
        return await(60);
    }

    /** Waits until the process has ended by itself and returns its exit value. */
    public int await(int seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                String text = report();
                process.destroyForcibly();
                throw new IllegalStateException("The child still runs after " + seconds + " s: " + text);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a child", e);
        }
    }

    /** Returns what the child has printed. */
    public String output() {
        return read(output);
    }

    /** Returns what the child has printed to its standard error, its log for instance. */
    public String errors() {
        return read(errors);
    }

    /** Returns command, exit value and the last of what the child has printed. */
    public String report() {
        String end = process.isAlive() ? "alive" : "exit value " + process.exitValue();
        return title + ", " + end + "\n" + tail(read(output)) + "\n" + tail(read(errors));
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 4000));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
        try {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
