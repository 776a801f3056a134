package io.offspan.core.fault;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A named place in the life of a span at which a test can end the process, or a bug that it can plant to see its gate turn red.
 *
 * <p>{@code -Doffspan.fault=SPAN_ENCODED:1000} halts the JVM without any shutdown work when that point is reached for the 1,000th
 * time; {@code -Doffspan.fault=BUG_FORGETS_LOGGED} plants a bug, and several where commas stand between them. Without the property every
 * call is a constant to the compiler.
 */
public enum FaultPoint {
    /** A caller has a fresh slab, and nothing is in it. */
    SLAB_TAKEN,
    /** A span is written and not yet published. */
    SPAN_ENCODED,
    /** A span is published, and the caller does not know it yet. */
    SPAN_COMMITTED,
    /** A slab has been handed to the agent. */
    SLAB_CLOSED,
    /** The agent has gathered a block. */
    BLOCK_GATHERED,
    /** The excerpt of the log is open, and the block partly copied. */
    EXCERPT_OPEN,
    /** A new segment has its first block. */
    SEGMENT_STARTED,
    /** A block is in the log, and its slab does not say so. */
    BLOCK_APPENDED,
    /** The slab says what of it is in the log, and is not free. */
    FLUSH_NOTED,
    /** A slab is free again. */
    SLAB_FREED,
    /** The committed part of an open slab is in the log. */
    OPEN_FLUSHED,
    /** Recovery has closed a slab. */
    RECOVERY_INHERITED,
    /** Recovery has moved a run of spans to the log. */
    RECOVERY_MOVED,
    /** A new slab file is written under its temporary name. */
    SLABS_WRITTEN,
    /** An index file is written under its temporary name. */
    INDEX_WRITTEN,
    /** An index file has its name, and the index in memory is still there. */
    INDEX_SEALED,
    /** An index file that cannot be used was found, and the index is made anew. */
    INDEX_REFUSED,
    /** A bug: every 16th slab is freed without having been moved to the log. */
    BUG_FREES_UNLOGGED,
    /** A bug: recovery does not ask the log what it holds. */
    BUG_FORGETS_LOGGED,
    /** A bug: a span is acknowledged before it is published. */
    BUG_ACKS_UNPUBLISHED,
    /** A bug: a reader of an open slab does not look at the generation again. */
    BUG_TRUSTS_REUSED_SLAB,
    /** A bug: the body of a block is not compared with its checksum. */
    BUG_SKIPS_CHECKSUM,
    /** A bug: nobody asks whether an index file is intact, and of this segment. */
    BUG_TRUSTS_INDEX_FILES,
    /** A bug: an index says that it has all spans of every 16th block, and has not posted the last one. */
    BUG_CLAIMS_UNPOSTED,
    /** A bug: neither a reader nor the agent holds what it copied of a slab against the sums. */
    BUG_SKIPS_SLAB_SUMS,
    /** A bug: nobody asks whether slabs and log belong together, nor which slabs the log has finished. */
    BUG_IGNORES_PLACE,
    /** A bug: a span that finds no slab is not counted. */
    BUG_FORGETS_DROPS,
    /** A destination has acknowledged a batch, and the checkpoint does not say so. */
    EXPORT_ACKNOWLEDGED,
    /** A checkpoint is written. */
    CHECKPOINT_WRITTEN,
    /** A bug: an exporter writes its checkpoint before the destination has acknowledged. */
    BUG_CHECKPOINT_BEFORE_ACK,
    /** A bug: an exporter sends a batch again of which spans were rejected for good. */
    BUG_RETRIES_PARTIAL_SUCCESS,
    /** A bug: an exporter passes over a batch that the destination wants later. */
    BUG_GIVES_UP_RETRIES,
    /** A bug: an exporter that samples takes spans for dropped that are not decided when they could be sent. */
    BUG_PASSES_UNDECIDED,
    /** A bug: an exporter that samples decides about what waits as soon as the log has no more. */
    BUG_DECIDES_AT_ONCE;

    private static final String SETTING = System.getProperty("offspan.fault", "");
    private static final boolean ARMED = !SETTING.isEmpty();
    private static final AtomicLong COUNTDOWN =
            new AtomicLong(SETTING.contains(":") ? Long.parseLong(SETTING.split(":")[1]) : 1);
    private static final int HALTED = 137;

    private final boolean armed = isArmed(name());

    private static boolean isArmed(String name) {
        return named().contains(name);
    }

    private static List<String> named() {
        return List.of(System.getProperty("offspan.fault", "").split(":")[0].split(","));
    }

    static {
        for (String name : named()) {
            if (ARMED && Arrays.stream(values()).noneMatch(point -> point.name().equals(name))) {
                throw new IllegalArgumentException("offspan.fault names no fault point: " + name);
            }
        }
    }

    /** Ends the process if this point is armed and has been reached often enough. */
    public void reach() {
        if (ARMED && armed && COUNTDOWN.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(HALTED);
        }
    }

    /** Tells whether this bug is planted. */
    public boolean planted() {
        return ARMED && armed;
    }
}
