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
 * <p>The position moves behind a block when the handler has returned; a handler that throws gets the same block again. When retention
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
    private long offset;
    private long retirements;
    private long damagedBlocks;

    /** Takes what a follower reads. */
    public interface Handler {
        /**
         * Takes the next block.
         *
         * @param block valid until this returns; the position behind it, to be kept once its spans are taken care of, is {@link
         *     LogFollower#position()} from then on
         */
        void onBlock(BlockReader block);

        /** Is told that blocks were deleted before they were read: those from {@code lost} up to {@code resumed}. */
        default void onRetired(Position lost, Position resumed) {}
    }

    LogFollower(Catalog catalog, Position from) {
        this.catalog = catalog;
        moveTo(from.segmentId(), from.segmentNumber(), from.offset());
    }

    private void moveTo(long id, int number, long to) {
        segmentId = id;
        segmentNumber = number;
        offset = to;
    }

    /** Returns the position behind the last block that was handled. */
    public Position position() {
        return new Position(segmentId, segmentNumber, offset);
    }

    /** Returns how often blocks were deleted before they were read. */
    public long retirements() {
        return retirements;
    }

    /** Returns how many damaged blocks were passed over. */
    public long damagedBlocks() {
        return damagedBlocks;
    }

    /** Goes behind the last block that is there now, without reading what lies between. */
    public void skipToEnd() {
        refresh();
        for (Segment segment : catalog.segments()) {
            if (hasBegun(segment)) {
                BlockDirectory directory = segment.directory();
                int last = directory.count() - 1;
                long end = last < 0 ? 0 : directory.offset(last) + directory.length(last);
                moveTo(segment.id(), segment.number(), end);
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
            int row = firstRowFrom(segment.directory(), offset);
            if (row < segment.directory().count()) {
                done += hand(segment, row, handler);
            } else if (!moveOn(segment)) {
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
                BlockDirectory directory = segment.directory();
                int count = directory.count();
                for (int row = same ? firstRowFrom(directory, offset) : 0; row < count; row++) {
                    sum += directory.spanCount(row);
                }
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

    /** Returns the oldest segment with a higher number; the oldest of all when the numbers have begun anew. */
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
        return anew ? oldest : behind;
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
            long end = directory.offset(row) + directory.length(row);
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
            moveTo(segment.id(), segment.number(), end);
            return intact ? 1 : 0;
        } finally {
            reader.release();
            segment.release();
        }
    }

    /** Goes to the segment behind one that gets no more blocks. */
    private boolean moveOn(Segment segment) {
        if (!segment.ended()) {
            return false;
        }
        for (Segment next : catalog.segments()) {
            if (next.number() > segment.number() && hasBegun(next)) {
                moveTo(next.id(), next.number(), 0);
                return true;
            }
        }
        return false;
    }

    private static int firstRowFrom(BlockDirectory directory, long offset) {
        int low = 0;
        int high = directory.count();
        while (low < high) {
            int middle = low + high >>> 1;
            if (directory.offset(middle) < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
