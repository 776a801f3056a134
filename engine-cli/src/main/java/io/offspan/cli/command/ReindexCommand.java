package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Units;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.FoundIndex;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** Makes the index files of a store anew. */
@Command(
        name = "reindex",
        description =
                "Deletes the index files of a store and makes them anew from its log. Nobody else may be writing the"
                        + " store; who reads it goes on, and scans what is not indexed yet.",
        footer = {
            "",
            "An index is made when spans are stored, and a file that is missing or damaged",
            "is replaced by the next program that opens the store with an index: this is",
            "for stores that were filled without one, and for doubts. No span is touched.",
            "",
            "The exit status is 1 when the spans of a segment could not all be indexed,",
            "because they are damaged or too many; questions scan these.",
            "",
            "Example:",
            "  offspan reindex --data spans"
        })
public final class ReindexCommand extends StoreCommand {
    private static final Duration GLANCE = Duration.ofMillis(50);

    @Override
    protected int run() {
        long spans;
        try (StoreReader reader = StoreReader.open(data())) {
            spans = reader.stats().spans();
        }
        // The store is not ours to shrink: a budget of our own would let retention delete what its writer still keeps.
        StoreConfig config = StoreConfig.builder()
                .budgetBytes(Long.MAX_VALUE / 2)
                .segmentBytes(8L << 20)
                .build();
        long started = System.nanoTime();
        try (SpanStore store = SpanStore.open(data(), config);
                Progress progress = new Progress(terminal(), "reindex", "spans", spans)) {
            index(store, progress);
        }
        try (StoreReader reader = StoreReader.open(data())) {
            return report(SpanIndex.files(reader), System.nanoTime() - started);
        }
    }

    private void index(SpanStore store, Progress progress) {
        try (SpanIndex index = SpanIndex.anew(store)) {
            long done = 0;
            while (!index.await(GLANCE)) {
                if (index.failure() != null || index.counters().sealFailures() > 0) {
                    throw new CommandException(
                            ExitCode.UNUSABLE,
                            "the index of " + data()
                                    + " cannot be written; see that its disk has room and may be written, and"
                                    + " run 'offspan reindex' again. No span was touched");
                }
                long now = index.counters().spansIndexed();
                progress.add(now - done);
                done = now;
            }
        }
    }

    private int report(List<FoundIndex> files, long nanos) {
        long spans = 0;
        long indexed = 0;
        long bytes = 0;
        long segments = 0;
        for (FoundIndex file : files) {
            spans += file.segmentSpans();
            if (file.state().isUsable()) {
                segments++;
                indexed += file.spans();
                bytes += file.bytes();
            }
        }
        ObjectNode answer = Json.object();
        answer.put("segments", segments);
        answer.put("spans", indexed);
        answer.put("notIndexed", spans - indexed);
        answer.put("bytes", bytes);
        answer.put("seconds", nanos / (double) TimeUnit.SECONDS.toNanos(1));
        terminal().answer(answer);
        if (!terminal().json()) {
            terminal()
                    .line(Units.count(indexed, "span") + " of " + Units.count(segments, "segment")
                            + (indexed == 1 ? " is" : " are") + " indexed in " + Units.duration(nanos) + ", in "
                            + Units.bytes(bytes));
            if (spans > indexed) {
                terminal().line(Units.count(spans - indexed, "span", "is", "are") + " left to the scan");
            }
        }
        return spans == indexed ? ExitCode.DONE : ExitCode.NO;
    }
}
