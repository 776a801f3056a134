package io.offspan.core.value;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a store has taken in, refused and written since it was opened; read by any thread without a lock.
 */
public final class StoreCounters {
    /** What is counted; the names are those of the statistics. */
    public enum Counter {
        /** Spans acknowledged. */
        ACCEPTED,
        /** Spans dropped because no slab was free. */
        NO_SLAB,
        /** Spans dropped because every stripe was busy. */
        BUSY,
        /** Spans refused because of their size. */
        TOO_LARGE,
        /** Spans that came after the store was closed. */
        CLOSED,
        /** Spans that came after the store had failed. */
        FAILED,
        /** Spans refused because an id has the wrong length. */
        BAD_ID,
        /** Spans refused because their OTLP bytes are malformed or truncated. */
        MALFORMED,
        /** Spans refused because they are nested too deep. */
        TOO_DEEP,
        /** Requests of which a part could not be read at all. */
        BROKEN_REQUESTS,
        /** Fields of OTLP messages that this release does not know. */
        UNKNOWN_FIELDS,
        /** Spans moved to the log. */
        LOGGED_SPANS,
        /** Blocks appended to the log. */
        BLOCKS,
        /** Bytes appended to the log. */
        LOGGED_BYTES,
        /** Spans found in slabs when the store was opened, and moved to the log. */
        RECOVERED_SPANS,
        /** Spans in slabs that could not be trusted when the store was opened: damaged, or from before a reboot. */
        LOST_SPANS,
        /** Segments deleted by retention. */
        RETIRED_SEGMENTS,
        /** Spans in those segments. */
        RETIRED_SPANS,
        /** Times that the disk refused to make spans durable. */
        FAILED_SYNCS,
        /** Files of the log that did not begin as they must, and were put aside unopened. */
        QUARANTINED_FILES,
        /** Append attempts that the log refused and that were tried again. */
        LOG_RETRIES,
        /** Spans in deleted segments that a living exporter had not sent. */
        RETIRED_UNEXPORTED_SPANS,
        /** Times that the wall clock leapt by more than ten seconds. */
        CLOCK_LEAPS,
        /** Spans in segments that somebody else deleted while the store was open. */
        VANISHED_SPANS,
        /** Blocks that the slabs knew of when the store was opened, and the log did not have. */
        MISSING_BLOCKS,
        /** Attributes that the store's rules kept from being stored; those of a resource or scope each time that it was looked at. */
        REMOVED_ATTRIBUTES,
        /** Attributes of which those rules masked the value, or a part of it. */
        MASKED_ATTRIBUTES;

        private final String label;

        Counter() {
            StringBuilder text = new StringBuilder();
            for (String word : name().split("_")) {
                String lower = word.toLowerCase(Locale.ROOT);
                text.append(text.isEmpty() ? lower : word.charAt(0) + lower.substring(1));
            }
            label = text.toString();
        }

        /** Returns the name as statistics print it, {@code loggedSpans} for example. */
        public String label() {
            return label;
        }
    }

    private final LongAdder[] values = new LongAdder[Counter.values().length];

    /** Makes counters that are all zero. */
    public StoreCounters() {
        for (int i = 0; i < values.length; i++) {
            values[i] = new LongAdder();
        }
    }

    /** Returns a count. */
    public long get(Counter counter) {
        return values[counter.ordinal()].sum();
    }

    /** Adds one. */
    public void increment(Counter counter) {
        values[counter.ordinal()].increment();
    }

    /** Adds a number. */
    public void add(Counter counter, long amount) {
        values[counter.ordinal()].add(amount);
    }

    /** Returns how many spans were offered but not stored. */
    public long dropped() {
        return get(Counter.NO_SLAB)
                + get(Counter.BUSY)
                + get(Counter.TOO_LARGE)
                + get(Counter.CLOSED)
                + get(Counter.FAILED)
                + get(Counter.BAD_ID)
                + get(Counter.MALFORMED)
                + get(Counter.TOO_DEEP);
    }
}
