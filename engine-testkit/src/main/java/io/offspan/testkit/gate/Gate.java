package io.offspan.testkit.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The report of one gate: a line {@code GATE <id> key=value … seed=<n> PASS|FAIL}, and the same as a row of JSON in {@code
 * target/gates.jsonl}. A run with a planted bug says {@code RED AS PLANTED}.
 *
 * <p>A plain build runs each gate in a smoke form; the Maven profile {@code gates} runs it at length, with its planted bugs.
 *
 * <p>The seed of a run is taken from the property {@code offspan.seed}, so that a run can be repeated.
 */
public final class Gate {
    /** The tag of tests that only the Maven profile {@code gates} runs. */
    public static final String AT_LENGTH = "gates";

    private static final Path ROWS = Path.of("target", "gates.jsonl");

    private final String id;
    private final long seed;
    private final Map<String, Object> figures = new LinkedHashMap<>();

    public Gate(String id, long seed) {
        this.id = id;
        this.seed = seed;
    }

    /** Returns the seed of this run: the configured one, or a new one. */
    public static long seed() {
        return Long.getLong("offspan.seed", System.nanoTime() & 0xffff_ffffL);
    }

    /** Returns how much of a gate is run: the first in a plain build, the second with the Maven profile {@code gates}. */
    public static int size(int smoke, int atLength) {
        return Boolean.getBoolean("offspan.gates") ? atLength : smoke;
    }

    public Gate put(String key, Object value) {
        figures.put(key, value);
        return this;
    }

    /** Prints the line and returns it. */
    public String report(boolean pass) {
        return report(pass ? "PASS" : "FAIL");
    }

    /** Prints the line of a run with a planted bug and returns it. */
    public String planted(boolean red) {
        return report(red ? "RED AS PLANTED" : "FAIL, the planted bug was not seen");
    }

    /** Says that the gate could not be run here, and why. */
    public String notRun(String why) {
        figures.put("why", why.replace(' ', '_'));
        return report("NOT RUN");
    }

    private String report(String verdict) {
        StringBuilder line = new StringBuilder("GATE ").append(id);
        StringBuilder row = new StringBuilder("{\"gate\":\"").append(id).append('"');
        figures.forEach((key, value) -> {
            line.append(' ').append(key).append('=').append(value);
            String quote = value instanceof Number ? "" : "\"";
            row.append(",\"")
                    .append(key)
                    .append("\":")
                    .append(quote)
                    .append(value)
                    .append(quote);
        });
        line.append(" seed=").append(seed).append(' ').append(verdict);
        row.append(",\"seed\":")
                .append(seed)
                .append(",\"jdk\":")
                .append(Runtime.version().feature());
        row.append(",\"verdict\":\"").append(verdict).append("\"}\n");
        System.out.println(line);
        try {
            Files.createDirectories(ROWS.getParent());
            Files.writeString(ROWS, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString();
    }
}
