package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.core.StoreReader;
import io.offspan.core.retain.Checkpoint;
import io.offspan.core.retain.CheckpointFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** How far the exporters of a store are, by what their checkpoints say. */
final class Checkpoints {
    /** An exporter that runs renews its sign of life every ten seconds. */
    private static final long LIVE_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final StoreReader reader;
    private final long nowMillis;

    Checkpoints(StoreReader reader, long nowMillis) {
        this.reader = reader;
        this.nowMillis = nowMillis;
    }

    /** Describes every checkpoint in a store's directory under its name. */
    ObjectNode describe(Path data) throws IOException {
        ObjectNode all = Json.object();
        Path directory = data.resolve("checkpoints");
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return all;
        }
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(file ->
                            CheckpointFile.isCheckpoint(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            all.set(file.getFileName().toString(), describe(new CheckpointFile(file)));
        }
        return all;
    }

    private ObjectNode describe(CheckpointFile file) {
        ObjectNode answer = Json.object();
        try {
            Checkpoint checkpoint = file.read();
            if (checkpoint == null) {
                return answer.put("problem", "it was deleted meanwhile");
            }
            long silentMillis = Math.max(0, nowMillis - file.touchedMillis());
            answer.put("position", checkpoint.position().toString());
            answer.put("live", silentMillis < LIVE_MILLIS);
            answer.put("silentSeconds", silentMillis / 1000);
            answer.put("ageSeconds", Math.max(0, nowMillis - checkpoint.wallClockMillis()) / 1000);
            if (!checkpoint.storeId().equals(reader.storeId())) {
                return answer.put("problem", "it is of another store, " + checkpoint.storeId());
            }
            if (!reader.reaches(checkpoint.position())) {
                return answer.put("problem", "it is ahead of the log, which was restored or has lost its end");
            }
            return answer.put("lag", reader.follower(checkpoint.position()).lagSpans());
        } catch (IOException damaged) {
            return answer.put("problem", String.valueOf(damaged.getMessage()));
        }
    }
}
