package io.offspan.server.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the bodies of all requests may take of the heap together.
 *
 * <p><b>Threads.</b> Any number.
 */
final class RequestMemory {
    private static final long MOST_BYTES = 512L << 20;

    private final AtomicLong taken = new AtomicLong();
    private final long limit;

    RequestMemory(long limit) {
        this.limit = limit;
    }

    /** Returns half of the heap, and half a gibibyte at most. */
    static RequestMemory ofHeap() {
        return new RequestMemory(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 2));
    }

    /**
     * Takes bytes, to be given back.
     *
     * @throws Refused when there are not so many
     */
    void take(long bytes) {
        if (taken.addAndGet(bytes) > limit) {
            taken.addAndGet(-bytes);
            throw new Refused(
                    503,
                    "The requests under way take all of the " + limit
                            + " bytes that there are for them; send this one again");
        }
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** Returns what is taken now. */
    long taken() {
        return taken.get();
    }
}
