package io.offspan.query.trace;

import io.offspan.query.scan.BrokenTraces;

/**
 * Counts traces that are not whole.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class BrokenCount {
    private long traces;
    private long withoutRoot;
    private long missingParents;
    private long circular;
    private long doubledIds;

    /** Counts a trace, if it is broken. */
    void add(TraceView trace) {
        boolean rootless = !trace.hasRoot();
        boolean misses = trace.missesParents();
        withoutRoot += rootless ? 1 : 0;
        missingParents += misses ? 1 : 0;
        circular += trace.hasCircles() ? 1 : 0;
        doubledIds += trace.hasDoubledIds() ? 1 : 0;
        traces += rootless || misses || trace.hasCircles() || trace.hasDoubledIds() ? 1 : 0;
    }

    BrokenTraces counts() {
        return new BrokenTraces(traces, withoutRoot, missingParents, circular, doubledIds);
    }
}
