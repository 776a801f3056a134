package io.offspan.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Units;
import io.offspan.core.ReaderStats;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.Position;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.FileState;
import io.offspan.query.keep.FoundIndex;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** Says what a store holds. */
@Command(
        name = "stats",
        description =
                "Says how many segments, spans and traces a store holds, since when, what it takes on disk, and how far"
                        + " its exporters are.",
        footer = {
            "",
            "Under 'checkpoints' stand the exporters by name: 'lag' spans of the log are not acknowledged; an exporter is 'live'"
                    + " when its last sign of life is younger than half a minute.",
            "'indexedSpans' are those in index files; the others are scanned by other processes, unless they index them"
                    + " for themselves. 'indexFiles' says how many segments have a file that is whole, partial, missing, stale,"
                    + " damaged, of another version or unreadable.",
            "What the writer counted since it opened the store, drops by reason among it, stands under 'writer'; while it runs,"
                    + " the figures are about a second old.",
            "",
            "Examples:",
            "  offspan stats --data spans",
            "  offspan stats --data spans --json | jq .writer"
        })
public final class StatsCommand extends StoreCommand {
    @Override
    protected int run() throws IOException {
        ObjectNode answer = Json.object();
        int exit;
        try (Stores stores = stores();
                Progress progress = new Progress(terminal(), "stats", "spans", -1)) {
            if (stores.areNamed()) {
                answer.put("data", path().toString());
            }
            for (Stores.Named store : stores.all()) {
                StoreScan scan = StoreScan.since(Position.START, store.reader(), progress);
                if (stores.areNamed()) {
                    report(store, scan, answer.withArray("stores").addObject().put("store", store.name()));
                } else {
                    report(store, scan, answer);
                }
            }
            stores.tellOfDoubt(answer);
            exit = stores.report(terminal());
        }
        terminal().answer(answer);
        return exit;
    }

    private void report(Stores.Named store, StoreScan scan, ObjectNode answer) throws IOException {
        StoreReader reader = store.reader();
        ReaderStats log = reader.stats();
        DiskUse disk = DiskUse.of(store.directory());
        answer.put("data", store.directory().toString());
        answer.put("storeId", String.valueOf(reader.storeId()));
        answer.put("segments", log.segments());
        answer.put("blocks", log.blocks());
        answer.put("spans", scan.spans());
        answer.put("traces", scan.traces());
        answer.put("openSpans", openSpans(reader));
        if (scan.spans() > 0) {
            answer.put("firstStart", Units.time(scan.firstStartNanos()));
            answer.put("lastStart", Units.time(scan.lastStartNanos()));
        }
        answer.put("logBytes", log.bytes());
        answer.put("apparentBytes", disk.apparentBytes());
        if (disk.realBytes() != DiskUse.UNKNOWN) {
            answer.put("realBytes", disk.realBytes());
        }
        position(answer, reader);
        index(answer, reader);
        answer.put("corruptBlocks", scan.damagedBlocks());
        answer.put("corruptSpans", scan.damagedSpans());
        ObjectNode writer = Json.object();
        reader.writerCounters().forEach((counter, count) -> {
            if (count > 0 || counter == Counter.ACCEPTED) {
                writer.put(counter.label(), count);
            }
        });
        answer.set("checkpoints", new Checkpoints(reader, System.currentTimeMillis()).describe(store.directory()));
        answer.set("writer", writer);
        if (!terminal().json()) {
            String name = store.name().isEmpty() ? "" : store.name() + ".";
            answer.properties().forEach(entry -> line(name + entry.getKey(), entry.getValue()));
        }
    }

    private void line(String name, JsonNode value) {
        if (value.isObject()) {
            value.properties().forEach(inner -> line(name + "." + inner.getKey(), inner.getValue()));
        } else {
            terminal().line(name + "\t" + value.asText());
        }
    }

    private static long openSpans(StoreReader reader) {
        try (StoreSnapshot snapshot = reader.snapshot()) {
            return snapshot.openSpans();
        }
    }

    private static void index(ObjectNode answer, StoreReader reader) {
        long spans = 0;
        long indexed = 0;
        long bytes = 0;
        long unusable = 0;
        Map<FileState, Integer> states = new EnumMap<>(FileState.class);
        for (FoundIndex file : SpanIndex.files(reader)) {
            states.merge(file.state(), 1, Integer::sum);
            spans += file.segmentSpans();
            indexed += file.spans();
            bytes += file.bytes();
            unusable += file.problem().isEmpty() ? 0 : 1;
        }
        answer.put("indexBytes", bytes);
        answer.put("indexedSpans", indexed);
        answer.put("notIndexedSpans", spans - indexed);
        answer.put("unusableIndexFiles", unusable);
        ObjectNode files = Json.object();
        states.forEach((state, count) -> files.put(state.label(), count));
        answer.set("indexFiles", files);
    }

    private static void position(ObjectNode answer, StoreReader reader) {
        Position end = reader.end();
        if (!end.equals(Position.START)) {
            answer.put("lastSegment", end.segmentNumber());
            answer.put("lastOrdinal", end.ordinal());
        }
    }
}
