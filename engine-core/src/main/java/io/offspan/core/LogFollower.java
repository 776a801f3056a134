package io.offspan.core;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.Segment;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of the log in the order in which they were appended, from a position on, as they come.
 *
 * <p>The position moves past a block when the handler has returned; a handler that throws gets the same block again. A position within a
 * block gives the whole block, and says where to begin. When retention
 * has deleted the follower's segment, the follower goes on with the oldest one there is and says so.
 *
 * <p><b>Threads.</b> One. Holds a pin on a segment only while the handler runs.
 */
public final class LogFollower {
    private final Catalog catalog;
    private final BlockReader reader = new BlockReader();
    private final BodyCheck check = new BodyCheck();
    private long segmentId;
    private int segmentNumber;
    private int ordinal;
    /** The ordinal of the first span of the block that the handler has. */
    private int firstOrdinal;

    private long arrivalNanos;
    /** Whether the handler has been told that the segment has ended. */
    private boolean endTold;

    private long retirements;
    private long damagedBlocks;

    /** Takes what a follower reads. */
    public interface Handler {
        /**
         * Takes the next block.
         *
         * @param block valid until this returns; its first span has the ordinal {@link LogFollower#firstOrdinal()}, and {@link
         *     LogFollower#position()} is before the first span that has not been handled, which is another one only when the follower
         *     began within the block. The position past it, to be kept once its spans are taken care of, is there from then on
         */
        void onBlock(BlockReader block);

        /** Is told that all blocks of a segment were handled, and that none will follow; at most once for each segment. */
        default void onSegmentEnd(Position end) {}

        /** Is told that blocks were deleted before they were read: those from {@code lost} up to {@code resumed}. */
        default void onRetired(Position lost, Position resumed) {}
    }

    LogFollower(Catalog catalog, Position from) {
        this.catalog = catalog;
        moveTo(from.segmentId(), from.segmentNumber(), from.ordinal());
    }

    private void moveTo(long id, int number, int to) {
        endTold &= id == segmentId && number == segmentNumber;
        segmentId = id;
        segmentNumber = number;
        ordinal = to;
    }

    /** Returns the position past the last block that was handled; within a handler, that of the first span it has not had. */
    public Position position() {
        return new Position(segmentId, segmentNumber, ordinal);
    }

    /** Returns the id of the segment that the follower is in, 0 before the first. */
    public long segmentId() {
        return segmentId;
    }

    /** Returns the ordinal within its segment of the first span of the block that the handler has. */
    public int firstOrdinal() {
        return firstOrdinal;
    }

    /** Returns when the block that the handler has came into the log, in nanoseconds since the epoch; it goes back only with a clock that is set. */
    public long arrivalNanos() {
        return arrivalNanos;
    }

    /** Returns how often blocks were deleted before they were read. */
    public long retirements() {
        return retirements;
    }

    /** Returns how many damaged blocks were passed over. */
    public long damagedBlocks() {
        return damagedBlocks;
    }

    /** Goes past the last block that is there now, without reading what lies between. */
    public void skipToEnd() {
        refresh();
        for (Segment segment : catalog.segments()) {
            if (hasBegun(segment)) {
                moveTo(segment.id(), segment.number(), segment.directory().endOrdinal());
            }
        }
    }

    /** Hands over every block that is there now, and returns how many. */
    public int poll(Handler handler) {
        return poll(handler, Integer.MAX_VALUE);
    }

    /** Hands over at most {@code maxBlocks} blocks, and returns how many. */
    public int poll(Handler handler, int maxBlocks) {
        refreshTail();
        int done = 0;
        while (done < maxBlocks) {
            Segment segment = segment(handler);
            if (segment == null) {
                break;
            }
            boolean over = segment.ended();
            int row = segment.directory().firstRowFrom(ordinal);
            if (row < segment.directory().count()) {
                done += hand(segment, row, handler);
            } else if (!over || !moveOn(segment, handler)) {
                break;
            }
        }
        return done;
    }

    /** Returns how many spans are in the log behind the position. */
    public long lagSpans() {
        refresh();
        long sum = 0;
        for (Segment segment : catalog.segments()) {
            boolean same = isAt(segment);
            if (same || segment.number() > segmentNumber) {
                sum += segment.directory().spansFrom(same ? ordinal : 0);
            }
        }
        return sum;
    }

    /** Takes in what is new; the directory is asked for every time only by a follower that is behind the newest segment. */
    private void refreshTail() {
        Segment[] known = catalog.segments();
        try {
            if (known.length > 0 && isAt(known[known.length - 1])) {
                catalog.refreshTail();
            } else {
                catalog.refresh();
            }
        } catch (IOException e) {
            throw new SpanStoreException("The log cannot be read: " + e, e);
        }
    }

    private void refresh() {
        try {
            catalog.refresh();
        } catch (IOException e) {
            throw new SpanStoreException("The log cannot be read: " + e, e);
        }
    }

    private boolean isAt(Segment segment) {
        return segment.number() == segmentNumber && segment.id() == segmentId;
    }

    /** Returns the segment of the position, or where to go on without it; null when there is nothing yet. */
    private @Nullable Segment segment(Handler handler) {
        for (Segment segment : catalog.segments()) {
            if (isAt(segment)) {
                return segment;
            }
        }
        Segment next = oldestBehind(segmentNumber);
        if (next == null) {
            return null;
        }
        Position lost = position();
        moveTo(next.id(), next.number(), 0);
        if (!lost.equals(Position.START)) {
            retirements++;
            handler.onRetired(lost, position());
        }
        return next;
    }

    /**
     * Returns the oldest segment with a higher number; the oldest of all when the numbers have begun anew, for all that can be told: not
     * where that one names the follower's segment as the one before it.
     */
    private @Nullable Segment oldestBehind(int number) {
        Segment oldest = null;
        Segment behind = null;
        for (Segment segment : catalog.segments()) {
            if (!hasBegun(segment)) {
                break;
            }
            oldest = oldest == null ? segment : oldest;
            behind = behind == null && segment.number() > number ? segment : behind;
        }
        boolean anew = oldest != null && oldest.number() <= number;
        boolean follows = behind != null && segmentId != 0 && behind.previousId() == segmentId;
        return anew && !follows ? oldest : behind;
    }

    /** Tells whether the segment's first block has been looked at, so that its id is known if it has one. */
    private static boolean hasBegun(Segment segment) {
        return segment.lastSequence() >= 0 || segment.ended();
    }

    private int hand(Segment segment, int row, Handler handler) {
        if (!segment.acquire()) {
            refresh();
            return 0;
        }
        try {
            BlockDirectory directory = segment.directory();
            firstOrdinal = directory.firstOrdinal(row);
            arrivalNanos = directory.ingestTimeNanos(row);
            // Where those before it are lost, the block begins later than the last one ended.
            ordinal = Math.max(ordinal, firstOrdinal);
            boolean whole = segment.isWhole();
            if (!whole) {
                segment.cut(row);
            }
            boolean intact = whole && segment.open(row, reader, check);
            if (intact) {
                handler.onBlock(reader);
            } else {
                damagedBlocks++;
            }
            moveTo(segment.id(), segment.number(), firstOrdinal + directory.spanCount(row));
            return intact ? 1 : 0;
        } finally {
            reader.release();
            segment.release();
        }
    }

    /** Goes from a segment that gets no more blocks to the next one. */
    private boolean moveOn(Segment segment, Handler handler) {
        if (!endTold) {
            handler.onSegmentEnd(position());
            endTold = true;
        }
        for (Segment next : catalog.segments()) {
            if (next.number() > segment.number() && hasBegun(next)) {
                moveTo(next.id(), next.number(), 0);
                return true;
            }
        }
        return false;
    }
}
