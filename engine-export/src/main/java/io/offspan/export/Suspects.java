package io.offspan.export;

import io.offspan.export.batch.Flight;
import io.offspan.export.send.Destination;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spans that a destination has refused by themselves, with nothing accepted since: poisonous, should it accept something, and the
 * destination's fault else.
 *
 * <p><b>Threads.</b> Belongs to the exporter's.
 */
final class Suspects {
    /** More than this in a row are no accident, but a destination that takes nothing. */
    static final int MOST = 32;

    private static final Logger LOG = LoggerFactory.getLogger(ExportAgent.class);
    private static final int MESSAGES_A_MINUTE = 20;

    private final Destination destination;
    private final ExportTally tally;
    private final LogRate poisonLog = new LogRate(MESSAGES_A_MINUTE);
    private final ArrayDeque<Suspect> all = new ArrayDeque<>();
    private boolean acceptedSince;

    /** A span by its ids, and what the destination said to it. */
    private record Suspect(String name, String reason) {}

    Suspects(Destination destination, ExportTally tally) {
        this.destination = destination;
        this.tally = tally;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean areTooMany() {
        return all.size() > MOST;
    }

    /** Forgets that something was accepted: the next refusals are judged by what is accepted from now on. */
    void startOver() {
        acceptedSince = false;
    }

    /** Lets all of them be spans like others again. */
    void acquit() {
        startOver();
        all.clear();
    }

    /** Takes note that the destination has accepted something, which gives up the spans that it has not. */
    void accepted(long now) {
        acceptedSince = true;
        all.forEach(suspect -> giveUp(suspect, now));
        all.clear();
    }

    /** Takes note of a request of one span that was refused: given up at once when something was accepted since the last. */
    void refused(Flight alone, String reason, long now) {
        Suspect suspect = new Suspect(alone.name(), reason);
        if (acceptedSince) {
            acceptedSince = false;
            giveUp(suspect, now);
        } else {
            all.add(suspect);
        }
    }

    private void giveUp(Suspect suspect, long now) {
        tally.poisonedSpans++;
        if (poisonLog.allows(now)) {
            LOG.warn("{} refuses {} and accepts others; it is skipped: {}", destination, suspect.name, suspect.reason);
        }
    }
}
