package io.offspan.export.pack;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the bodies for one destination, in one way that is set or in the one that samples speak for.
 *
 * <p>Where it chooses, it begins with gzip; every so often a body is compressed in one other way, too, which costs time and is thrown
 * away, and the figures decide. A way that a destination has never taken is on trial: {@link #instead} gives the same body in another.
 *
 * <p><b>Threads.</b> One; {@link #reason}, {@link #effort} and {@link #close} any. <b>Owns</b> what the libraries keep outside the heap.
 */
public final class Packing implements AutoCloseable {
    /** One body in so many is a sample, until there are enough samples. */
    static final int OFTEN = 4;

    /** And one in so many after that. */
    static final int SELDOM = 64;

    private static final boolean ZSTD = loads();

    private final boolean choosing;
    private final LongSupplier nanos;
    private final Samples samples = new Samples();
    private final Map<Compression, Packer> packers = new EnumMap<>(Compression.class);
    private final Set<Compression> taken = EnumSet.noneOf(Compression.class);
    private Compression present;
    private int untilSample = OFTEN;
    private boolean closed;
    private volatile String reason;
    private volatile Effort effort = Effort.HIGH;

    /**
     * Prepares to compress.
     *
     * @param nanos a clock for what compressing takes
     * @throws IllegalArgumentException for a way that {@link #knows} denies
     */
    public Packing(Compression wanted, LongSupplier nanos) {
        if (!knows(wanted)) {
            throw new IllegalArgumentException("Nothing here compresses by " + wanted.word());
        }
        this.nanos = nanos;
        choosing = wanted == Compression.AUTO;
        present = choosing ? Compression.GZIP : wanted;
        reason = present.word() + (choosing ? ", until samples say more" : ", as set");
        if (!ZSTD) {
            samples.exclude(Compression.ZSTD);
        }
    }

    /** Tells whether that way is there: for zstd, whether its library is. */
    public static boolean knows(Compression way) {
        return way != Compression.ZSTD || ZSTD;
    }

    private static boolean loads() {
        try {
            new ZstdPacker().close();
            return true;
        } catch (LinkageError absent) {
            return false;
        }
    }

    private Packer packer(Compression wanted) {
        // What was closed is not made again; a request after that is broken off anyway.
        Compression way = closed ? Compression.NONE : wanted;
        return packers.computeIfAbsent(way, key -> switch (key) {
            case GZIP -> new GzipPacker();
            case ZSTD -> new ZstdPacker();
            default -> new Packer.Plain();
        });
    }

    /** Compresses a body in the present way; what is returned holds it until the next body. */
    public synchronized Packer pack(byte[] body, int length) {
        if (choosing && --untilSample <= 0) {
            sample(body, length);
        }
        return measured(present, body, length);
    }

    private Packer measured(Compression way, byte[] body, int length) {
        Packer packer = packer(way);
        long start = nanos.getAsLong();
        packer.effort(effort);
        packer.pack(body, length);
        samples.packed(way, length, packer.length(), nanos.getAsLong() - start);
        return packer;
    }

    /** Compresses a body in the other way of which less is known, and decides anew. */
    private void sample(byte[] body, int length) {
        Compression other = present == Compression.GZIP ? Compression.ZSTD : Compression.GZIP;
        boolean there = !samples.excluded(other);
        if (there) {
            measured(other, body, length);
        }
        untilSample = there && !samples.enough(other) ? OFTEN : SELDOM;
        decide();
    }

    private void decide() {
        present = samples.choose(present);
        reason = present.word() + ", chosen: " + samples.figures();
    }

    /** Sets how much time goes into the bodies that follow; most unless said otherwise. */
    public void effort(Effort most) {
        effort = most;
    }

    /** Says that a destination has taken a body, and how long that took from the first byte to the answer. */
    public void taken(Packer body, long tookNanos) {
        if (choosing) {
            taken.add(body.compression());
            samples.sent(body.length(), tookNanos);
        }
    }

    /**
     * Returns the same body in a way that any receiver takes, when the destination may have refused it only for how it is compressed:
     * null when the way is set, or was taken before.
     */
    public synchronized @Nullable Packer instead(Packer refused, byte[] body, int length) {
        Compression way = refused.compression();
        if (!choosing || way == Compression.NONE || taken.contains(way)) {
            return null;
        }
        return measured(way == Compression.ZSTD ? Compression.GZIP : Compression.NONE, body, length);
    }

    /** Says that a destination has refused a way and taken another, which is then the present one. */
    public void exclude(Packer refused, Packer accepted) {
        samples.exclude(refused.compression());
        present = accepted.compression();
        decide();
    }

    /** Returns the present way and why it is that, for people. */
    public String reason() {
        return reason;
    }

    @Override
    public synchronized void close() {
        closed = true;
        packers.values().forEach(Packer::close);
        packers.clear();
    }
}
