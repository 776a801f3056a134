package io.offspan.bench.result;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that one run found; what {@code --json} prints and {@code --baseline} reads.
 *
 * @param version of this form, {@value #VERSION}
 * @param command as it was typed
 * @param mode quick, default or full
 * @param started date and time, ISO 8601
 * @param spans of the workload
 * @param noise by group, how far two measurements of one thing lay apart: a ratio within it is a tie
 */
public record Report(
        int version,
        String command,
        String mode,
        String started,
        double seconds,
        long seed,
        long spans,
        Machine machine,
        Map<String, Double> noise,
        List<Row> rows) {
    public static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** Keeps copies. */
    public Report {
        noise = Map.copyOf(noise);
        rows = List.copyOf(rows);
    }

    /** Reads a report that a run printed. */
    public static Report read(Path file) throws IOException {
        Report report = JSON.readValue(Files.readString(file), Report.class);
        if (report.version() != VERSION) {
            throw new IOException(file + " is a report of version " + report.version() + "; this command reads version "
                    + VERSION + ": run the benchmark again with it");
        }
        return report;
    }

    /** Returns the report as one JSON object. */
    public String toJson() throws IOException {
        return JSON.writeValueAsString(this);
    }

    /** Returns the row of a figure, if there is one. */
    public Optional<Row> row(String group, String subject, String metric) {
        String key = group + "/" + subject + "/" + metric;
        return rows.stream().filter(row -> row.key().equals(key)).findFirst();
    }

    /** Tells whether every answer that could be checked was right. */
    public boolean right() {
        return rows.stream().noneMatch(row -> Row.WRONG.equals(row.verdict()));
    }
}
