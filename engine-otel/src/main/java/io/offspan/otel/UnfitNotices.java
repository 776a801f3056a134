package io.offspan.otel;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Says why spans do not reach the store: the first with its cause, and after that once in a minute at most, with how many since.
 *
 * <p>Logging needs stack and memory. A thread that has run out of either leaves its cause to the next span of any thread.
 *
 * <p><b>Threads.</b> Any.
 */
final class UnfitNotices {
    static final long NANOS_BETWEEN = 60_000_000_000L;

    private static final Logger LOG = Logger.getLogger("io.offspan.otel");

    private final LongSupplier nanos;
    private final LongSupplier unfit;
    private final long begin;
    /** When the next line may be written, in nanoseconds since the beginning. */
    private final AtomicLong next = new AtomicLong();

    private volatile @Nullable Throwable untold;
    private long said;

    /**
     * @param nanos a clock
     * @param unfit how many spans there were
     */
    UnfitNotices(LongSupplier nanos, LongSupplier unfit) {
        this.nanos = nanos;
        this.unfit = unfit;
        begin = nanos.getAsLong();
    }

    /** Takes note of a span that was not stored and has been counted. */
    void unfit(Throwable cause) {
        long now = nanos.getAsLong() - begin;
        long due = next.get();
        if (now >= due && next.compareAndSet(due, now + NANOS_BETWEEN)) {
            if (cause instanceof VirtualMachineError) {
                untold = cause;
            } else {
                tell(cause);
            }
        }
    }

    /** Writes the line that a thread without stack or memory has left; costs a look when there is none. */
    void catchUp() {
        if (untold != null) {
            tellUntold();
        }
    }

    private synchronized void tellUntold() {
        Throwable cause = untold;
        untold = null;
        try {
            if (cause != null) {
                tell(cause);
            }
        } catch (RuntimeException | Error unsaid) {
            // Whoever handles the host's log records has failed; the span at hand is stored all the same.
        }
    }

    private synchronized void tell(Throwable cause) {
        long all = unfit.getAsLong();
        long since = all - said;
        said = all;
        String text = String.valueOf(cause).replaceAll("\\R", " ");
        LOG.warning("Offspan: " + since + (since == 1 ? " span was" : " spans were") + " dropped and counted in "
                + StoreMeters.DROPPED + " (unfit); the service runs. The last for " + text);
        LOG.log(Level.FINE, "Why a span was not stored", cause);
    }
}
