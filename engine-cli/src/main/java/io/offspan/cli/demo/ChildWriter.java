package io.offspan.cli.demo;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A child process that writes spans into a store, and the count of those that it said were acknowledged.
 *
 * <p><b>Owns</b> the process: closing kills it.
 */
final class ChildWriter implements AutoCloseable {
    private static final int FIRST_VERSION_WITH_UNSAFE_FLAG = 24;

    private final Process process;
    private final BufferedReader acknowledgements;
    private long acknowledged;

    private ChildWriter(Process process) {
        this.process = process;
        acknowledgements = process.inputReader();
    }

    /** Starts the same program as this one as a writer. */
    static ChildWriter start(Path data, String run) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= FIRST_VERSION_WITH_UNSAFE_FLAG) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.add("-XX:-UsePerfData");
        command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        command.add("-jar");
        command.add(jar().toString());
        command.addAll(List.of("demo-writer", "--data", data.toString(), "--run", run));
        return new ChildWriter(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static File jar() {
        try {
            return new File(ChildWriter.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The place of this program is no file", e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Waits until the child has so many spans acknowledged. */
    void awaitAcknowledged(long spans) throws IOException {
        while (acknowledged < spans) {
            if (!readOne()) {
                throw new CommandException(
                        ExitCode.UNUSABLE,
                        "the writing child ended by itself after " + acknowledged + " spans; its message stands above");
            }
        }
    }

    /** Kills the child without warning; returns how many spans it had said were acknowledged before it died. */
    long kill() throws IOException, InterruptedException {
        // Not by the process object, which would close the pipe: what the child said before it died is still in it.
        process.toHandle().destroyForcibly();
        boolean more = readOne();
        while (more) {
            more = readOne();
        }
        process.waitFor();
        return acknowledged;
    }

    /** Returns the exit status of the killed child: 137 stands for SIGKILL. */
    int exitStatus() {
        return process.exitValue();
    }

    private boolean readOne() throws IOException {
        String line = acknowledgements.readLine();
        if (line == null) {
            return false;
        }
        // The line under way when the child died may be cut short.
        acknowledged = Math.max(acknowledged, Long.parseLong(line));
        return true;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        acknowledgements.close();
    }
}
