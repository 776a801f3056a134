package io.offspan.export;

import io.offspan.export.ExportStatus.State;
import io.offspan.export.pack.Effort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the status of one exporter for other processes: written when the exporter gets into trouble or ends, and else about once a second
 * while there is something new.
 *
 * <p><b>Threads.</b> Belongs to the exporter's. <b>Fails</b> never: a disk that does not take it is logged once a minute.
 */
final class StatusKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ExportAgent.class);
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final StatusFile file;
    private final ExportConfig config;
    private final DecisionLog decisions;
    private final LogRate failures = new LogRate(1);
    private final @Nullable KeptStatus before;
    private @Nullable ExportStatus kept;
    private long keptNanos;

    StatusKeeper(Path dataDirectory, ExportConfig config) {
        this.config = config;
        file = StatusFile.of(dataDirectory, config.checkpointName());
        before = file.read();
        decisions = new DecisionLog(
                new Flow(
                        config.maxBatchBytes(),
                        config.adaptive() ? 1 : config.concurrentRequests(),
                        Effort.HIGH,
                        config.compression().first()),
                before == null ? List.of() : before.decisions(),
                config.clock().epochMillis());
    }

    /** Returns what the last exporter of this checkpoint has left, or null. */
    @Nullable
    KeptStatus before() {
        return before;
    }

    DecisionLog decisions() {
        return decisions;
    }

    /** Keeps a status when it is time to. */
    void keep(ExportStatus status, long now) {
        ExportStatus last = kept;
        boolean trouble = last == null || last.state() != status.state() && !works(status.state());
        if (trouble || now - keptNanos >= SECOND_NANOS && !status.equals(last)) {
            kept = status;
            keptNanos = now;
            write(status, now);
        }
    }

    private static boolean works(State state) {
        return state == State.IDLE || state == State.SENDING;
    }

    private void write(ExportStatus status, long now) {
        Instant at = Instant.ofEpochMilli(config.clock().epochMillis().getAsLong());
        try {
            file.write(new KeptStatus(config.checkpointName(), config.endpoint(), at, status, decisions.last()));
        } catch (IOException e) {
            if (failures.allows(now)) {
                LOG.warn(
                        "{} could not be written, so that other processes see an older state of the exporter; make room"
                                + " where the disk is full, and see that this user may write there",
                        file.path(),
                        e);
            }
        }
    }
}
