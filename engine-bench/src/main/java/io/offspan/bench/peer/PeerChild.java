package io.offspan.bench.peer;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.offspan.bench.child.Child;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;

/**
 * A JVM with one store in it, which works only while it is asked to.
 *
 * <p><b>Fails.</b> With an {@link IOException} that says what the child said last; it is of no use afterwards.
 */
public final class PeerChild implements AutoCloseable {
    private static final long MOST_MINUTES = 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> FIGURES = new TypeReference<>() {};

    private final Process process;
    private final PrintStream in;
    private final BufferedReader out;
    private final Path said;

    private PeerChild(Process process, Path said) {
        this.process = process;
        this.said = said;
        in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts the JVM; arguments as {@link PeerProcess} takes them, the first is the class of the store. */
    public static PeerChild start(String classPath, Path said, Object... arguments) throws IOException {
        List<String> flags = List.of("-Xmx4g", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError");
        List<String> command = new ArrayList<>(Child.command(flags, classPath));
        command.add(PeerProcess.class.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process =
                new ProcessBuilder(command).redirectError(said.toFile()).start();
        return new PeerChild(process, said);
    }

    /** Has the store warmed up, in a directory that is gone afterwards, and opened; returns what it says of itself. */
    public Map<String, Object> warm() throws IOException {
        return ask(PeerProcess.WARM);
    }

    /** Has the next part of the workload taken in; nothing is returned when there is none left. */
    public Map<String, Object> ingest() throws IOException {
        return ask(PeerProcess.INGEST);
    }

    /** Returns what the store takes in memory and on disk. */
    public Map<String, Object> finish() throws IOException {
        return ask(PeerProcess.FINISH);
    }

    /** Has every set of questions asked once. */
    public Map<String, Object> questions() throws IOException {
        return ask(PeerProcess.QUESTIONS);
    }

    private Map<String, Object> ask(String word) throws IOException {
        Timer timer = new Timer("bench-patience", true);
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        process.destroyForcibly();
                    }
                },
                TimeUnit.MINUTES.toMillis(MOST_MINUTES));
        try {
            in.println(word);
            String line = out.readLine();
            if (line == null) {
                throw new IOException("its JVM ended during '" + word + "': " + reason());
            }
            return JSON.readValue(line, FIGURES);
        } finally {
            timer.cancel();
        }
    }

    private String reason() throws IOException {
        List<String> lines = Files.readAllLines(said);
        return lines.stream()
                .filter(line -> line.contains("Exception") || line.contains("Error") || line.contains("Terminating"))
                .findFirst()
                .orElse(lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1));
    }

    /** Lets the store close, and ends the JVM. */
    @Override
    public void close() {
        in.close();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
