package io.offspan.export;

import io.offspan.export.checkpoint.NamedCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an exporter has last said of itself, kept in a file beside its checkpoint: for other processes while it runs, and for everybody
 * after its end, also after {@code kill -9}.
 *
 * <p>It is about a second older than what the exporter does, and as old as its last piece of work where it has nothing to do. It is for
 * people: nothing but the next exporter's memory of losses, errors and decisions comes from it, and one that is missing or cannot be
 * read stops nobody.
 *
 * @param name the name of the checkpoint
 * @param endpoint the address of the destination, without secrets
 * @param at when it was written
 * @param status what the exporter did then, and had counted since it was started
 * @param decisions its last changes of flow, at most 100, oldest first, some of them from before its start
 */
public record KeptStatus(String name, String endpoint, Instant at, ExportStatus status, List<FlowDecision> decisions) {
    /** Takes the decisions as they are now. */
    public KeptStatus {
        decisions = List.copyOf(decisions);
    }

    /**
     * Returns what the exporter of a checkpoint has said last, or null when it has left nothing that can be read.
     *
     * @param dataDirectory the store's directory
     */
    public static @Nullable KeptStatus read(Path dataDirectory, String name) {
        return StatusFile.of(dataDirectory, NamedCheckpoint.requireName(name)).read();
    }

    /** Returns what all exporters of a store have said last, in the order of their names. */
    public static List<KeptStatus> readAll(Path dataDirectory) {
        try (Stream<Path> files = Files.list(NamedCheckpoint.directory(dataDirectory))) {
            return files.map(file -> StatusFile.named(dataDirectory, String.valueOf(file.getFileName())))
                    .filter(Objects::nonNull)
                    .sorted((one, other) -> one.name().compareTo(other.name()))
                    .map(StatusFile::read)
                    .filter(Objects::nonNull)
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }
}
