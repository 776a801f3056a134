package io.offspan.it.gate;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts the {@link StampedSpan}s of a store, each of which should be there once.
 *
 * <p>Blocks of the log that were counted before are skipped, since they never change, unless {@link #forget} was called.
 *
 * <p><b>Threads.</b> One.
 */
public final class Census {
    private final StampedSpan stamp = new StampedSpan();
    private final BitSet[] logged;
    private final BitSet[] seen;
    private final Set<Long> counted = new HashSet<>();
    private long duplicates;
    private long broken;
    private long damagedBlocks;
    private long spans;

    /** @param writers how many writers there are, numbered from 0 */
    public Census(int writers) {
        logged = new BitSet[writers];
        seen = new BitSet[writers];
        forget();
    }

    /** Forgets everything, so that the next count covers the whole store. */
    public void forget() {
        counted.clear();
        for (int i = 0; i < logged.length; i++) {
            logged[i] = new BitSet();
            seen[i] = new BitSet();
        }
        duplicates = 0;
        broken = 0;
        damagedBlocks = 0;
        spans = 0;
    }

    /** Counts what a reader shows at this moment. */
    public void count(StoreReader reader) {
        for (int i = 0; i < logged.length; i++) {
            seen[i] = (BitSet) logged[i].clone();
        }
        try (StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next()) {
                boolean inLog = blocks.segmentNumber() != Integer.MAX_VALUE;
                if (inLog && !counted.add((long) blocks.segmentNumber() << 32 | blocks.firstOrdinal())) {
                    continue;
                }
                BlockReader block = blocks.open();
                if (block == null) {
                    damagedBlocks++;
                } else {
                    count(block, inLog);
                }
            }
        }
    }

    private void count(BlockReader block, boolean inLog) {
        for (int i = 0; i < block.count(); i++) {
            spans++;
            if (!readable(block, i)) {
                broken++;
                continue;
            }
            int number = Math.toIntExact(stamp.counter());
            if (seen[stamp.writer()].get(number)) {
                duplicates++;
            }
            seen[stamp.writer()].set(number);
            if (inLog) {
                logged[stamp.writer()].set(number);
            }
        }
    }

    private boolean readable(BlockReader block, int span) {
        try {
            return stamp.read(block.span(span))
                    && stamp.writer() >= 0
                    && stamp.writer() < seen.length
                    && stamp.counter() >= 0
                    && stamp.counter() < Integer.MAX_VALUE;
        } catch (IndexOutOfBoundsException | IllegalStateException | FormatException torn) {
            return false;
        }
    }

    /** Returns the numbers of a writer that are there. */
    public BitSet of(int writer) {
        return seen[writer];
    }

    /** Returns how often a span was found that had been found before. */
    public long duplicates() {
        return duplicates;
    }

    /** Returns how many spans are not as they were written. */
    public long broken() {
        return broken;
    }

    /** Returns how many blocks could not be read. */
    public long damagedBlocks() {
        return damagedBlocks;
    }

    /** Returns how many spans were read. */
    public long spans() {
        return spans;
    }
}
