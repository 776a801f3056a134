package io.offspan.export.pack;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compresses bodies for one destination as a {@link Choice} says, and tells it what that took.
 *
 * <p>A way that the destination has never taken is on trial: {@link #instead} gives the same body in another.
 *
 * <p><b>Threads.</b> One; {@link #effort} and {@link #close} any. <b>Owns</b> what the libraries keep outside the heap.
 */
public final class Packing implements AutoCloseable {
    private static final boolean ZSTD = loads();

    private final Choice choice;
    private final LongSupplier nanos;
    private final Map<Compression, Packer> packers = new EnumMap<>(Compression.class);
    private boolean closed;
    private volatile Effort effort = Effort.HIGH;

    /**
     * Prepares to compress.
     *
     * @param nanos a clock for what compressing takes
     */
    public Packing(Choice choice, LongSupplier nanos) {
        this.choice = choice;
        this.nanos = nanos;
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
        Compression sample = choice.sample();
        if (sample != null) {
            long start = nanos.getAsLong();
            Packer packer = packed(sample, body, length);
            choice.sampled(sample, length, packer.length(), nanos.getAsLong() - start);
        }
        return measured(choice.present(), body, length);
    }

    private Packer measured(Compression way, byte[] body, int length) {
        long start = nanos.getAsLong();
        Packer packer = packed(way, body, length);
        choice.packed(way, length, packer.length(), nanos.getAsLong() - start);
        return packer;
    }

    private Packer packed(Compression way, byte[] body, int length) {
        Packer packer = packer(way);
        packer.effort(effort);
        packer.pack(body, length);
        return packer;
    }

    /** Sets how much time goes into the bodies that follow; most unless said otherwise. */
    public void effort(Effort most) {
        effort = most;
    }

    /** Says that a destination has taken a body, and how long that took from the first byte to the answer. */
    public void taken(Packer body, long tookNanos) {
        choice.taken(body.compression(), body.length(), tookNanos);
    }

    /**
     * Returns the same body in a way that any receiver takes, when the destination may have refused it only for how it is compressed:
     * null when the way is set, or was taken before.
     */
    public synchronized @Nullable Packer instead(Packer refused, byte[] body, int length) {
        Compression way = choice.instead(refused.compression());
        return way == null ? null : measured(way, body, length);
    }

    /** Says that a destination has refused a way and taken another, which is then the present one. */
    public void exclude(Packer refused, Packer accepted) {
        choice.exclude(refused.compression(), accepted.compression());
    }

    @Override
    public synchronized void close() {
        closed = true;
        packers.values().forEach(Packer::close);
        packers.clear();
    }
}
