package io.offspan.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.core.SpanStore;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.ExportStatus;
import java.io.IOException;
import java.time.Duration;

/** Sends everything new to an OTLP receiver of its own, and compares what was sent with what has arrived. */
final class BackendTrial {
    private static final String CHECKPOINT = "demo";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Terminal terminal;
    private final SpanStore store;
    private boolean kept;

    BackendTrial(Terminal terminal, SpanStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    /** Tells whether everything was sent, and as many spans have arrived. */
    boolean kept() {
        return kept;
    }

    ObjectNode run() throws IOException {
        try (CountingReceiver receiver = new CountingReceiver()) {
            ExportConfig config = ExportConfig.builder()
                    .endpoint(receiver.endpoint())
                    .checkpointName(CHECKPOINT)
                    .build();
            ExportStatus sent;
            try (ExportAgent agent = ExportAgent.start(store, config)) {
                kept = agent.drain(PATIENCE);
                sent = agent.status();
            }
            kept &= receiver.spans() == sent.spans();
            terminal.line("  " + Units.count(sent.spans(), "span") + " sent to a receiver at " + config.endpoint()
                    + ", " + Units.count(receiver.spans()) + " have arrived");
            terminal.line("  " + Units.bytes(sent.encodedBytes()) + " of OTLP, " + Units.bytes(sent.wireBytes())
                    + " compressed; the checkpoint '" + CHECKPOINT + "' keeps the place for the next time");
            ObjectNode answer = Json.object();
            answer.put("endpoint", config.endpoint());
            answer.put("spans", sent.spans());
            answer.put("arrived", receiver.spans());
            answer.put("batches", sent.batches());
            answer.put("bytes", sent.encodedBytes());
            return answer.put("wireBytes", sent.wireBytes());
        }
    }
}
