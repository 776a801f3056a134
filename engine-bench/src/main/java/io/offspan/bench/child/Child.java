package io.offspan.bench.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a program of this room in a JVM with the same class path, and reads the figures that it prints. */
public final class Child {
    private static final List<String> ACCESS = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private Child() {}

    /** Runs a program with JVM flags and arguments; its figures by name. */
    public static Figures run(Class<?> program, List<String> flags, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(command(flags, System.getProperty("java.class.path")));
        command.add(program.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = waitFor(process);
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + status + ":\n" + output);
        }
        return output.lines()
                .filter(line -> line.startsWith(Figures.PREFIX))
                .findFirst()
                .map(Figures::parse)
                .orElseThrow(() -> new IOException(program.getName() + " printed no figures:\n" + output));
    }

    /** Returns the beginning of a command line that starts a JVM like this one; the name of a program belongs behind it. */
    public static List<String> command(List<String> flags, String classPath) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ACCESS);
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath));
        return command;
    }

    private static int waitFor(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while a child was running", e);
        }
    }
}
