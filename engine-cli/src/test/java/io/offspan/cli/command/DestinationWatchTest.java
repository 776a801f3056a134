package io.offspan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.terminal.Terminal;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.export.ExportConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said of an exporter while it is watched. */
class DestinationWatchTest {
    @TempDir
    Path data;

    @Test
    @Timeout(180)
    void anExporterThatFailsAmongOthersIsSaidAtOnceByNameAndReason() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        ExportConfig config = ExportConfig.builder()
                .checkpointName("west")
                .requestScope(request -> {
                    throw new IllegalStateException("broken on purpose");
                })
                .build();
        try (SpanStore store = SpanStore.open(data, StoreConfig.builder().build())) {
            store.append(new SpanDraft().ids(1, 1, 1).name("one").times(1, 2));
            store.flush(Duration.ofSeconds(30));
            try (DestinationWatch watch = new DestinationWatch(terminal, store.reader(), data, config, true, true, 0)) {
                while (watch.look(true)) {
                    LockSupport.parkNanos(1_000_000);
                }
                assertThat(err.toString(StandardCharsets.UTF_8))
                        .contains("offspan: west: the exporter has failed: IllegalStateException: broken on purpose");
            }
        }
    }
}
