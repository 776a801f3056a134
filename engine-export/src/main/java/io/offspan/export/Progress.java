package io.offspan.export;

import io.offspan.core.value.Position;
import io.offspan.export.checkpoint.NamedCheckpoint;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far one exporter has come: everything before a position is settled, and its checkpoint says so.
 *
 * <p><b>Threads.</b> Belongs to the exporter's. <b>Fails</b> never: what the disk does not take is counted, and logged once a minute.
 */
final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(ExportAgent.class);
    private static final long LIFE_SIGN_NANOS = 10_000_000_000L;

    private final NamedCheckpoint checkpoint;
    private final ExportTally tally;
    private final LogRate failures = new LogRate(1);
    private Position settled;
    private long lifeSignNanos;

    Progress(NamedCheckpoint checkpoint, ExportTally tally, long now) {
        this.checkpoint = checkpoint;
        this.tally = tally;
        settled = checkpoint.current().position();
        lifeSignNanos = now;
    }

    Position settled() {
        return settled;
    }

    /** Moves the checkpoint to a position before which everything is settled. */
    void settle(Position to, long now) {
        if (to.equals(settled)) {
            return;
        }
        settled = to;
        try {
            checkpoint.advance(to);
        } catch (IOException e) {
            tally.checkpointFailures++;
            if (failures.allows(now)) {
                LOG.warn("A checkpoint could not be written; what follows it may be sent twice after a restart", e);
            }
        }
    }

    /** Tells retention every ten seconds that the exporter lives. */
    void signLife(long now) {
        if (now - lifeSignNanos >= LIFE_SIGN_NANOS) {
            lifeSignNanos = now;
            try {
                checkpoint.touch();
            } catch (IOException e) {
                tally.checkpointFailures++;
            }
        }
    }
}
