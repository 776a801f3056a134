package io.offspan.core.ingest;

/**
 * Says whether it is time to say something again that happens over and over.
 *
 * <p><b>Threads.</b> One.
 */
final class Seldom {
    private final long intervalNanos;
    private long last;
    private boolean said;

    Seldom(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /** Tells whether this is the first time, or the last one is an interval ago; then this is the last one from now on. */
    boolean isDue(long nanos) {
        if (said && nanos - last < intervalNanos) {
            return false;
        }
        said = true;
        last = nanos;
        return true;
    }
}
