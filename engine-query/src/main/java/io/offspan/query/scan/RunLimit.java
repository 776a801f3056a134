package io.offspan.query.scan;

import io.offspan.query.scan.ScanOutcome.Ending;

/**
 * Ends a search before its end: when its time is over, or when somebody cancels it.
 *
 * <p><b>Threads.</b> Belongs to the thread that searches; {@link #cancel} from any.
 */
public final class RunLimit {
    /** A time that is never over. */
    public static final long NO_END = Long.MAX_VALUE;

    private final long mostNanos;
    private long startNanos;
    private volatile boolean cancelled;

    /** Makes a limit for searches of at most so much time each. */
    public RunLimit(long mostNanos) {
        this.mostNanos = mostNanos;
    }

    /** Says that a search begins. */
    public void start() {
        cancelled = false;
        startNanos = mostNanos == NO_END ? 0 : System.nanoTime();
    }

    /** Ends the search that is under way, soon. */
    public void cancel() {
        cancelled = true;
    }

    /** Tells whether the search may go on, which is {@link Ending#REGULAR}, or why not. */
    public Ending ending() {
        if (cancelled) {
            return Ending.CANCELLED;
        }
        return mostNanos != NO_END && System.nanoTime() - startNanos > mostNanos ? Ending.OUT_OF_TIME : Ending.REGULAR;
    }
}
