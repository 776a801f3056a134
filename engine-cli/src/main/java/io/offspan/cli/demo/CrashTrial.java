package io.offspan.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.query.SpanIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * Kills a process that writes spans, and compares what it said was acknowledged with what is found: read-only at once, as
 * another process sees it, and after the store was opened again.
 */
final class CrashTrial {
    private static final int SPANS_BEFORE_KILL = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Terminal terminal;
    private final Path data;
    private final String run = UUID.randomUUID().toString();
    private boolean kept;

    CrashTrial(Terminal terminal, Path data) {
        this.terminal = terminal;
        this.data = data;
    }

    /** Tells whether nothing acknowledged is gone and nothing came twice. */
    boolean kept() {
        return kept;
    }

    ObjectNode run() throws IOException, InterruptedException {
        long acknowledged;
        int status;
        try (ChildWriter child = ChildWriter.start(data, run)) {
            child.awaitAcknowledged(SPANS_BEFORE_KILL);
            acknowledged = child.kill();
            status = child.exitStatus();
            terminal.line("  Process " + child.pid() + " got SIGKILL in the middle of writing (status " + status
                    + "), with " + Units.count(acknowledged, "span") + " acknowledged");
        }
        WrittenSpans unopened;
        try (StoreReader reader = StoreReader.open(data)) {
            unopened = WrittenSpans.find(reader, run);
        }
        terminal.line("  Read as it was left:  " + unopened.compare(acknowledged));
        long started = System.nanoTime();
        WrittenSpans reopened;
        long openedNanos;
        try (SpanStore store = SpanStore.open(data)) {
            openedNanos = System.nanoTime() - started;
            reopened = WrittenSpans.find(store.reader(), run);
            index(store);
        }
        terminal.line("  Opened again in " + Units.duration(openedNanos) + ": " + reopened.compare(acknowledged));
        kept = unopened.keeps(acknowledged) && reopened.keeps(acknowledged);
        ObjectNode answer = Json.object();
        answer.put("exitStatus", status);
        answer.put("acknowledged", acknowledged);
        answer.put("foundBeforeRecovery", unopened.found());
        answer.put("found", reopened.found());
        answer.put("lost", reopened.missing(acknowledged));
        answer.put("twice", reopened.twice());
        answer.put("reopenSeconds", openedNanos / 1e9);
        return answer;
    }

    /** Leaves index files behind, so that whoever asks the store next, in another process, sees what they do. */
    private static void index(SpanStore store) {
        try (SpanIndex index = SpanIndex.over(store)) {
            store.flush(PATIENCE);
            index.await(PATIENCE);
        }
    }
}
