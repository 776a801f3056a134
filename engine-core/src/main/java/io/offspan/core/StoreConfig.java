package io.offspan.core;

import io.offspan.core.ingest.IngestSettings;
import io.offspan.core.ingest.LogLimits;
import io.offspan.core.slab.SlabGeometry;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * The settings of a store, checked when they are made; immutable.
 *
 * <p>The sizes have to fit together, and {@link Builder#build} refuses with the numbers where they do not: a span fits into a
 * large slab, the slabs and two segments into the budget.
 */
public final class StoreConfig {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** Fewer stripes would all be held by descheduled threads too often. */
    private static final int MIN_DEFAULT_STRIPES = 8;

    /** The share of the free disk space that a store takes by default. */
    static final int DEFAULT_BUDGET_DIVISOR = 10;

    static final long DEFAULT_BUDGET_BYTES = 1024L * MIB;
    static final long MIN_BUDGET_BYTES = 64L * MIB;
    static final long MIN_SEGMENT_BYTES = 8L * MIB;
    static final long MAX_SEGMENT_BYTES = 512L * MIB;
    /** Segments are at most this part of the budget, so that retention gives back small pieces. */
    static final int SEGMENTS_IN_BUDGET = 8;

    /** What a large slab needs beside its one span: header, marks, lines, and offsets of 65,535 strings. */
    private static final int LARGE_SLAB_OVERHEAD = 300 * KIB;

    private static final int LARGE_SLAB_STEP = 64 * KIB;
    /** A quarter of a slab is for values, whatever its offsets take. */
    private static final int LEAST_LARGE_SLAB = 384 * KIB;

    private final int slabBytes;
    private final int slabs;
    private final int spansPerBlock;
    private final int maxSpanBytes;
    private final int largeSlabs;
    private final int stripes;
    private final OverflowPolicy overflow;
    private final Duration maxWait;
    private final Durability durability;
    private final Duration syncInterval;
    private final long budgetBytes;
    private final long segmentBytes;
    private final int segmentSpans;
    private final Duration segmentAge;
    private final Duration maxAge;
    private final Duration holdMaxAge;
    private final boolean openModules;
    private final boolean groupReads;
    private final AttributeRules attributes;

    private StoreConfig(Builder from) {
        slabBytes = from.slabBytes;
        slabs = from.slabs;
        spansPerBlock = from.spansPerBlock;
        maxSpanBytes = from.maxSpanBytes;
        largeSlabs = from.largeSlabs;
        stripes = from.stripes;
        overflow = from.overflow;
        maxWait = from.maxWait;
        durability = from.durability;
        syncInterval = from.syncInterval;
        budgetBytes = from.budgetBytes;
        segmentBytes = from.segmentBytes;
        segmentSpans = from.segmentSpans;
        segmentAge = from.segmentAge;
        maxAge = from.maxAge;
        holdMaxAge = from.holdMaxAge;
        openModules = from.openModules;
        groupReads = from.groupReads;
        attributes = from.attributes;
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the defaults. */
    public static StoreConfig defaults() {
        return builder().build();
    }

    /** Returns the bytes of a slab. */
    public int slabBytes() {
        return slabBytes;
    }

    /** Returns how many slabs there are: open ones for the stripes, the others hold what the agent has not moved yet. */
    public int slabs() {
        return slabs;
    }

    /** Returns the most spans of a block. */
    public int spansPerBlock() {
        return spansPerBlock;
    }

    /** Returns the most bytes that one span may need in a block. */
    public int maxSpanBytes() {
        return maxSpanBytes;
    }

    /** Returns how many slabs there are for spans that do not fit into an ordinary one. */
    public int largeSlabs() {
        return largeSlabs;
    }

    /** Returns the bytes of a large slab: a multiple of 64 KiB that a span of {@link #maxSpanBytes()} fits into. */
    public int largeSlabBytes() {
        int needed = maxSpanBytes + LARGE_SLAB_OVERHEAD;
        return Math.max(LEAST_LARGE_SLAB, (needed + LARGE_SLAB_STEP - 1) / LARGE_SLAB_STEP * LARGE_SLAB_STEP);
    }

    /** Returns the longest block that the log has to take. */
    public int maxBlockBytes() {
        return Math.max(slabBytes, largeSlabBytes());
    }

    /** Returns how many threads can append at the same instant. */
    public int stripes() {
        return stripes;
    }

    public OverflowPolicy overflow() {
        return overflow;
    }

    /** Returns the longest that an append blocks under {@link OverflowPolicy#WAIT}. */
    public Duration maxWait() {
        return maxWait;
    }

    public Durability durability() {
        return durability;
    }

    /** Returns how often the log is forced to the disk, and open slabs are moved to it. */
    public Duration syncInterval() {
        return syncInterval;
    }

    /** Returns the bytes that the store may take on disk, or 0 for the default, which depends on the free space. */
    public long budgetBytes() {
        return budgetBytes;
    }

    /** Returns the bytes after which a segment is finished, or 0 for an eighth of the budget. */
    public long segmentBytes() {
        return segmentBytes;
    }

    /** Returns the spans after which a segment is finished. */
    public int segmentSpans() {
        return segmentSpans;
    }

    /** Returns the age after which a segment is finished, or zero for none. */
    public Duration segmentAge() {
        return segmentAge;
    }

    /** Returns how long spans are kept, or zero for as long as the budget allows. */
    public Duration maxAge() {
        return maxAge;
    }

    /** Returns how long after its last sign of life an exporter keeps segments from being deleted by age, or zero for not at all. */
    public Duration holdMaxAge() {
        return holdMaxAge;
    }

    /** Returns whether the store opens by itself what the JVM keeps closed. */
    public boolean openModules() {
        return openModules;
    }

    /** Returns whether the group of the store's files may read them. */
    public boolean groupReads() {
        return groupReads;
    }

    /** Returns which attributes are kept, which are dropped, and what of their values is masked. */
    public AttributeRules attributes() {
        return attributes;
    }

    /**
     * Returns a copy whose budget and segment size are numbers.
     *
     * @param freeBytes what is free on the disk
     * @param ownBytes what the store has on it already, which a default budget does not take from it again
     */
    StoreConfig effective(long freeBytes, long ownBytes) {
        Builder copy = toBuilder();
        if (budgetBytes == 0) {
            long share = (freeBytes + ownBytes) / DEFAULT_BUDGET_DIVISOR;
            long kept = ownBytes == 0 ? 0 : ownBytes + MIN_SEGMENT_BYTES;
            copy.budgetBytes = Math.max(MIN_BUDGET_BYTES, Math.min(DEFAULT_BUDGET_BYTES, Math.max(share, kept)));
        }
        if (segmentBytes == 0) {
            copy.segmentBytes =
                    Math.max(MIN_SEGMENT_BYTES, Math.min(MAX_SEGMENT_BYTES, copy.budgetBytes / SEGMENTS_IN_BUDGET));
        }
        return copy.build();
    }

    /** Returns what the way in has to know of these settings. */
    IngestSettings forIngest() {
        SlabGeometry geometry = geometry();
        LogLimits log = new LogLimits(
                durability != Durability.PROCESS,
                budgetBytes - geometry.fileBytes(),
                segmentBytes,
                segmentSpans,
                segmentAge,
                maxAge,
                holdMaxAge);
        long maxWaitNanos = overflow == OverflowPolicy.WAIT ? maxWait.toNanos() : 0;
        return new IngestSettings(geometry, stripes, maxSpanBytes, maxWaitNanos, syncInterval.toNanos(), log);
    }

    private SlabGeometry geometry() {
        return SlabGeometry.of(slabs, slabBytes, spansPerBlock, largeSlabs, largeSlabBytes());
    }

    private Builder toBuilder() {
        Builder copy = new Builder();
        copy.slabBytes = slabBytes;
        copy.slabs = slabs;
        copy.spansPerBlock = spansPerBlock;
        copy.maxSpanBytes = maxSpanBytes;
        copy.largeSlabs = largeSlabs;
        copy.stripes = stripes;
        copy.overflow = overflow;
        copy.maxWait = maxWait;
        copy.durability = durability;
        copy.syncInterval = syncInterval;
        copy.budgetBytes = budgetBytes;
        copy.segmentBytes = segmentBytes;
        copy.segmentSpans = segmentSpans;
        copy.segmentAge = segmentAge;
        copy.maxAge = maxAge;
        copy.holdMaxAge = holdMaxAge;
        copy.openModules = openModules;
        copy.groupReads = groupReads;
        copy.attributes = attributes;
        return copy;
    }

    /** Returns the settings one a line, {@code name = value}. */
    @Override
    public String toString() {
        return """
                slabBytes = %d
                slabs = %d
                spansPerBlock = %d
                maxSpanBytes = %d
                largeSlabs = %d (of %d bytes)
                stripes = %d
                overflow = %s
                maxWait = %s
                durability = %s
                syncInterval = %s
                budgetBytes = %d
                segmentBytes = %d
                segmentSpans = %d
                segmentAge = %s
                maxAge = %s
                holdMaxAge = %s
                openModules = %s
                groupReads = %s
                attributes = %s
                """.formatted(
                        slabBytes,
                        slabs,
                        spansPerBlock,
                        maxSpanBytes,
                        largeSlabs,
                        largeSlabBytes(),
                        stripes,
                        overflow,
                        maxWait,
                        durability,
                        syncInterval,
                        budgetBytes,
                        segmentBytes,
                        segmentSpans,
                        segmentAge,
                        maxAge,
                        holdMaxAge,
                        openModules,
                        groupReads,
                        attributes.keepsAll() ? "all kept" : attributes);
    }

    /** Collects settings; each setter refuses a value out of its range and names the range. */
    public static final class Builder {
        private int slabBytes = 256 * KIB;
        private int slabs = 64;
        private int spansPerBlock = 512;
        private int maxSpanBytes = MIB;
        private int largeSlabs = 2;
        private int stripes = Math.max(
                MIN_DEFAULT_STRIPES, Math.min(16, 2 * Runtime.getRuntime().availableProcessors()));
        private OverflowPolicy overflow = OverflowPolicy.DROP;
        private Duration maxWait = Duration.ofMillis(100);
        private Durability durability = Durability.INTERVAL;
        private Duration syncInterval = Duration.ofSeconds(1);
        private long budgetBytes;
        private long segmentBytes;
        private int segmentSpans = 1 << 20;
        private Duration segmentAge = Duration.ZERO;
        private Duration maxAge = Duration.ZERO;
        private Duration holdMaxAge = Duration.ofHours(1);
        private boolean openModules;
        private boolean groupReads;
        private AttributeRules attributes = AttributeRules.none();

        private Builder() {}

        /** Sets the bytes of a slab, a power of two from 64 KiB to 16 MiB. */
        public Builder slabBytes(int bytes) {
            range("slabBytes", bytes, 64 * KIB, 16 * MIB);
            if (Integer.bitCount(bytes) != 1) {
                throw new IllegalArgumentException("slabBytes must be a power of two, but is " + bytes);
            }
            slabBytes = bytes;
            return this;
        }

        /** Sets the number of slabs, 4 to 2,048. */
        public Builder slabs(int count) {
            slabs = (int) range("slabs", count, 4, 2048);
            return this;
        }

        /** Sets the most spans of a block, 16 to 4,096. */
        public Builder spansPerBlock(int count) {
            spansPerBlock = (int) range("spansPerBlock", count, 16, 4096);
            return this;
        }

        /** Sets the most bytes that one span may need, 4 KiB to 4 MiB. */
        public Builder maxSpanBytes(int bytes) {
            maxSpanBytes = (int) range("maxSpanBytes", bytes, 4 * KIB, 4 * MIB);
            return this;
        }

        /** Sets the number of slabs for spans that do not fit into an ordinary one, 1 to 64. */
        public Builder largeSlabs(int count) {
            largeSlabs = (int) range("largeSlabs", count, 1, 64);
            return this;
        }

        /** Sets how many threads can append at the same instant, 1 to 256; two a core are enough. */
        public Builder stripes(int count) {
            stripes = (int) range("stripes", count, 1, 256);
            return this;
        }

        public Builder overflow(OverflowPolicy policy) {
            overflow = policy;
            return this;
        }

        /** Sets the longest that an append blocks under {@link OverflowPolicy#WAIT}, up to a minute. */
        public Builder maxWait(Duration wait) {
            maxWait = range("maxWait", wait, Duration.ZERO, Duration.ofMinutes(1));
            return this;
        }

        public Builder durability(Durability level) {
            durability = level;
            return this;
        }

        /** Sets how often the log is forced, 10 ms to an hour. */
        public Builder syncInterval(Duration interval) {
            syncInterval = range("syncInterval", interval, Duration.ofMillis(10), Duration.ofHours(1));
            return this;
        }

        /** Sets the bytes that the store may take on disk, from 64 MiB on; 0 for min(1 GiB, a tenth of the free space). */
        public Builder budgetBytes(long bytes) {
            budgetBytes = bytes == 0 ? 0 : range("budgetBytes", bytes, MIN_BUDGET_BYTES, Long.MAX_VALUE);
            return this;
        }

        /** Sets the bytes after which a segment is finished, 1 MiB to 512 MiB; 0 for an eighth of the budget. */
        public Builder segmentBytes(long bytes) {
            segmentBytes = bytes == 0 ? 0 : range("segmentBytes", bytes, MIB, MAX_SEGMENT_BYTES);
            return this;
        }

        /** Sets the spans after which a segment is finished, 1,024 to 2^24. */
        public Builder segmentSpans(int count) {
            segmentSpans = (int) range("segmentSpans", count, 1024, 1 << 24);
            return this;
        }

        /** Sets the age after which a segment is finished; zero for none. */
        public Builder segmentAge(Duration age) {
            segmentAge = range("segmentAge", age, Duration.ZERO, Duration.ofDays(3650));
            return this;
        }

        /** Sets how long spans are kept, from a second on; zero for as long as the budget allows. */
        public Builder maxAge(Duration age) {
            maxAge = range("maxAge", age, Duration.ZERO, Duration.ofDays(36500));
            return this;
        }

        /**
         * Sets how long after its last sign of life, which it gives every ten seconds, an exporter keeps spans that it has not sent
         * from being deleted by age; up to 30 days, zero for not at all. The budget is never exceeded for an exporter.
         */
        public Builder holdMaxAge(Duration age) {
            holdMaxAge = range("holdMaxAge", age, Duration.ZERO, Duration.ofDays(30));
            return this;
        }

        /**
         * Sets whether the store opens by itself what the JVM keeps closed, instead of asking for flags: it takes a lookup that the JDK
         * trusts out of the JDK's memory, and opens {@code sun.nio.ch} and {@code java.lang.reflect} of {@code java.base} to all code of
         * its own module, on a class path to all of it. Off by default: what a host keeps closed is its own decision.
         */
        public Builder openModules(boolean open) {
            openModules = open;
            return this;
        }

        /**
         * Lets the group of the store's files read them, whatever the umask says: directories get mode 0750, files 0640, those that are
         * there as the store is opened included. Off by default: then they have 0700 and 0600, and are read by their owner alone.
         */
        public Builder groupReads(boolean reads) {
            groupReads = reads;
            return this;
        }

        /**
         * Sets which attributes are kept, which are dropped, and what of their values is masked, whichever way spans come in. All are kept by
         * default. What a store has already stays as it is.
         */
        public Builder attributes(AttributeRules rules) {
            attributes = Objects.requireNonNull(rules, "rules");
            return this;
        }

        /**
         * Returns the settings.
         *
         * @throws IllegalArgumentException when they do not fit together, with the numbers
         */
        public StoreConfig build() {
            StoreConfig config = new StoreConfig(this);
            if (slabs < 2 * stripes) {
                throw new IllegalArgumentException(
                        "slabs = " + slabs + " is less than two for each of the " + stripes + " stripes");
            }
            if (segmentBytes != 0 && segmentBytes < 2L * config.maxBlockBytes()) {
                throw new IllegalArgumentException(
                        "segmentBytes = " + segmentBytes + " is less than two blocks of up to " + config.maxBlockBytes()
                                + " bytes; raise it, or lower slabBytes or maxSpanBytes");
            }
            long slabSpace = (long) slabs * slabBytes + (long) largeSlabs * config.largeSlabBytes();
            if (budgetBytes != 0 && segmentBytes != 0 && budgetBytes < slabSpace + 2 * segmentBytes) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "budgetBytes = %d is less than the slabs (%d) and two segments of %d bytes;"
                                + " raise the budget or lower slabs, slabBytes or segmentBytes",
                        budgetBytes,
                        slabSpace,
                        segmentBytes));
            }
            return config;
        }

        private static long range(String name, long value, long min, long max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(name + " = " + value + " is outside " + min + " to " + max);
            }
            return value;
        }

        private static Duration range(String name, Duration value, Duration min, Duration max) {
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException(name + " = " + value + " is outside " + min + " to " + max);
            }
            return value;
        }
    }
}
