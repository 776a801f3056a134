package io.offspan.export.pack;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the bodies for one destination are compressed, whoever of its connections carries them: in the way that is set, or in the one that
 * samples speak for.
 *
 * <p>Where it chooses, it begins with gzip; every so often a body is compressed in one other way, too, which costs time and is thrown
 * away, and the figures decide.
 *
 * <p><b>Threads.</b> Any.
 */
public final class Choice {
    /** One body in so many is a sample, until there are enough samples. */
    static final int OFTEN = 4;

    /** And one in so many after that. */
    static final int SELDOM = 64;

    private final boolean choosing;
    private final Samples samples = new Samples();
    private final Set<Compression> taken = EnumSet.noneOf(Compression.class);
    private int untilSample = OFTEN;
    private volatile Compression present;
    private volatile String reason;

    /**
     * Begins with a way.
     *
     * @throws IllegalArgumentException for a way that {@link Packing#knows} denies
     */
    public Choice(Compression wanted) {
        if (!Packing.knows(wanted)) {
            throw new IllegalArgumentException("Nothing here compresses by " + wanted.word());
        }
        choosing = wanted == Compression.AUTO;
        present = wanted.first();
        reason = present.word() + (choosing ? ", until samples say more" : ", as set");
        if (!Packing.knows(Compression.ZSTD)) {
            samples.exclude(Compression.ZSTD);
        }
    }

    /** Returns the present way. */
    public Compression present() {
        return present;
    }

    /** Returns the present way and why it is that, for people. */
    public String reason() {
        return reason;
    }

    /** Returns the other way of which less is known, when the next body is to be compressed in that, too; null else. */
    synchronized @Nullable Compression sample() {
        if (!choosing || --untilSample > 0) {
            return null;
        }
        untilSample = SELDOM;
        Compression other = present == Compression.GZIP ? Compression.ZSTD : Compression.GZIP;
        if (samples.excluded(other)) {
            decide();
            return null;
        }
        return other;
    }

    /** Takes note of a body that was compressed for a sample, and decides anew. */
    synchronized void sampled(Compression way, int bytes, int packedBytes, long nanos) {
        samples.packed(way, bytes, packedBytes, nanos);
        untilSample = samples.enough(way) ? SELDOM : OFTEN;
        decide();
    }

    /** Takes note of a body that was compressed in order to be sent. */
    synchronized void packed(Compression way, int bytes, int packedBytes, long nanos) {
        samples.packed(way, bytes, packedBytes, nanos);
    }

    private void decide() {
        turn(samples.choose(present));
    }

    /** Turns to a way; whoever sees it finds the reason written. */
    private void turn(Compression next) {
        reason = next.word() + ", chosen: " + samples.figures();
        present = next;
    }

    /** Says that the destination has taken a body, and how long that took from the first byte to the answer. */
    synchronized void taken(Compression way, int wireBytes, long tookNanos) {
        if (choosing) {
            taken.add(way);
            samples.sent(wireBytes, tookNanos);
        }
    }

    /**
     * Returns a way that any receiver takes, when the destination may have refused a body only for how it was compressed: null when that
     * is set, or was taken before.
     */
    synchronized @Nullable Compression instead(Compression refused) {
        if (!choosing || refused == Compression.NONE || taken.contains(refused)) {
            return null;
        }
        return refused == Compression.ZSTD ? Compression.GZIP : Compression.NONE;
    }

    /** Says that the destination has refused a way and taken another, which is then the present one. */
    synchronized void exclude(Compression refused, Compression accepted) {
        samples.exclude(refused);
        turn(samples.choose(accepted));
    }
}
