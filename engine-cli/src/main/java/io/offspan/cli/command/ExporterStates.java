package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreReader;
import io.offspan.core.value.LogLag;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus;
import io.offspan.export.FlowDecision;
import io.offspan.export.KeptStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the exporters of a store do, or did last: how far each is by its checkpoint and the log as they are now, and the rest by what it
 * has said of itself, which may be a second old, or older where it has ended.
 */
final class ExporterStates {
    private static final String NONE = "-";

    private final Path data;
    private final StoreReader reader;
    private final long nowMillis;
    private final ObjectNode checkpoints;

    ExporterStates(Path data, StoreReader reader, long nowMillis) throws IOException {
        this.data = data;
        this.reader = reader;
        this.nowMillis = nowMillis;
        checkpoints = new Checkpoints(reader, nowMillis).describe(data);
    }

    /** Prints them. */
    void print(Terminal terminal) {
        Set<String> names = new TreeSet<>();
        checkpoints.fieldNames().forEachRemaining(names::add);
        KeptStatus.readAll(data).forEach(each -> names.add(each.name()));
        ObjectNode answer = Json.object();
        ArrayNode exporters = answer.putArray("exporters");
        Table table = new Table(List.of(
                Column.text("NAME", 8),
                Column.text("STATE", 8),
                Column.beginning("LAG", 5),
                Column.beginning("BYTES", 8),
                Column.beginning("AGE", 5),
                Column.beginning("LAST SUCCESS", 20),
                Column.text("ENDPOINT", 16)));
        for (String name : names) {
            KeptStatus kept = KeptStatus.read(data, name);
            ObjectNode exporter = describe(name, kept);
            exporters.add(exporter);
            table.add(
                    name,
                    state(exporter),
                    cell(exporter, "lag"),
                    cell(exporter, "lagBytes"),
                    exporter.has("lagSeconds") ? cell(exporter, "lagSeconds") + "s" : NONE,
                    exporter.path("lastSuccess").asText(NONE),
                    exporter.path("endpoint").asText(NONE));
        }
        terminal.answer(answer);
        if (!terminal.json()) {
            if (names.isEmpty()) {
                terminal.line("no exporter has a checkpoint in " + data);
                return;
            }
            table.print(terminal);
            exporters.forEach(exporter -> say(terminal, (ObjectNode) exporter));
        }
    }

    /** One that was killed has said that it sends; a sign of life is missing then. */
    private static String state(ObjectNode exporter) {
        String said = exporter.path("state").asText(NONE);
        boolean ended = said.equals("closed") || said.equals("failed");
        return ended || exporter.path("live").asBoolean() ? said : said + ", no sign of life";
    }

    private static String cell(ObjectNode exporter, String field) {
        return exporter.has(field) ? Units.count(exporter.path(field).asLong()) : NONE;
    }

    private ObjectNode describe(String name, @Nullable KeptStatus kept) {
        ObjectNode answer = Json.object().put("name", name);
        ObjectNode checkpoint = (ObjectNode) checkpoints.get(name);
        if (checkpoint == null) {
            answer.put("live", false).put("problem", "its checkpoint was deleted; it would begin anew");
        } else {
            answer.put("live", checkpoint.path("live").asBoolean());
            answer.setAll(checkpoint.deepCopy().retain("position", "problem", "lag"));
            if (checkpoint.has("lag")) {
                LogLag lag =
                        reader.lag(Position.parse(checkpoint.path("position").asText()));
                answer.put("lag", lag.spans());
                answer.put("lagBytes", lag.bytes());
                long since = TimeUnit.NANOSECONDS.toMillis(lag.sinceNanos());
                answer.put("lagSeconds", lag.spans() == 0 ? 0 : Math.max(0, nowMillis - since) / 1000);
            }
        }
        if (kept != null) {
            describe(answer, kept);
        }
        return answer;
    }

    private static void describe(ObjectNode answer, KeptStatus kept) {
        ExportStatus status = kept.status();
        answer.put("endpoint", kept.endpoint());
        answer.put("at", kept.at().toString());
        answer.put("state", status.state().name().toLowerCase(Locale.ROOT));
        answer.put("reason", status.reason());
        put(answer, "lastSuccess", status.lastSuccess());
        put(answer, "lastErrorAt", status.lastErrorAt());
        answer.put("lastError", status.lastError());
        answer.put("spans", status.spans());
        answer.put("batches", status.batches());
        answer.put("bytes", status.encodedBytes());
        answer.put("wireBytes", status.wireBytes());
        answer.put("retries", status.retries());
        answer.put("rejected", status.rejectedSpans());
        answer.put("poisoned", status.poisonedSpans());
        answer.put("tooLarge", status.tooLargeSpans());
        answer.put("unreadable", status.unreadableSpans());
        answer.put("damagedBlocks", status.damagedBlocks());
        answer.put("lost", status.lostSpans());
        answer.put("compression", status.packing());
        answer.putObject("flow")
                .put("batchBytes", status.flow().batchBytes())
                .put("requests", status.flow().requests())
                .put("effort", status.flow().effort().word())
                .put("compression", status.flow().compression().word());
        Sampled.put(answer, status);
        Decisions.put(answer, kept.decisions());
    }

    private static void put(ObjectNode answer, String field, @Nullable Instant at) {
        if (at != null) {
            answer.put(field, at.toString());
        }
    }

    /** Says in lines below the table what does not fit into it. */
    private void say(Terminal terminal, ObjectNode exporter) {
        String name = exporter.path("name").asText();
        if (exporter.has("problem")) {
            terminal.line(name + ": " + Cells.printable(exporter.path("problem").asText()));
        }
        if (exporter.has("lastErrorAt")) {
            terminal.line(name + ": last error " + exporter.path("lastErrorAt").asText() + ": "
                    + Cells.printable(exporter.path("lastError").asText()));
        }
        if (exporter.path("lost").asLong() > 0) {
            terminal.line(name + ": "
                    + Units.count(exporter.path("lost").asLong(), "span", "was deleted", "were deleted")
                    + " before they were sent");
        }
        KeptStatus kept = KeptStatus.read(data, name);
        if (kept != null) {
            Sampled.lines(kept.status()).forEach(line -> terminal.line(name + ": " + line));
            for (FlowDecision decision : kept.decisions()) {
                terminal.line(name + ": " + Cells.printable(decision.toString()));
            }
        }
    }
}
