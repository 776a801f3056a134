package io.offspan.query.keep;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Segment;
import io.offspan.query.index.LiveIndex;
import org.jspecify.annotations.Nullable;

/**
 * A segment whose index is kept up with it.
 *
 * <p><b>Threads.</b> Belongs to that of the keeper; {@link #lag} is for any.
 */
final class Tended {
    /** What {@link #addBlock} says when there is no block to add. */
    static final int NOTHING = 0;

    /** What it says when the index goes no further. */
    static final int OVER = -1;

    private final Segment segment;
    private final BlockDirectory directory;
    private final SegmentIndex index;
    private boolean looked;
    private boolean rebuilt;
    private int row;
    private volatile int indexed;

    Tended(Segment segment, SegmentIndex index) {
        this.segment = segment;
        this.index = index;
        directory = segment.directory();
    }

    Segment segment() {
        return segment;
    }

    SegmentIndex index() {
        return index;
    }

    /** Returns the live index, or null when there is none yet, or none any more. */
    @Nullable
    LiveIndex live() {
        Held<LiveIndex> held = index.live();
        return held == null ? null : held.index();
    }

    /** Tells whether this is asked for the first time. */
    boolean isNew() {
        boolean first = !looked;
        looked = true;
        return first;
    }

    /** Says that the index is made anew because of its file. */
    void rebuild() {
        rebuilt = true;
    }

    /** Tells whether it is. */
    boolean isRebuilt() {
        return rebuilt;
    }

    /** Returns how many blocks are in the index. */
    int rows() {
        return row;
    }

    /** Has no block in an index any more. */
    void beginAnew() {
        row = 0;
        indexed = 0;
    }

    /** Goes without an index in memory from now on: a file has all of it. */
    void rest() {
        row = directory.count();
        indexed = directory.endOrdinal();
    }

    /** Returns how many spans are in the log and not in the index. */
    int lag() {
        return directory.endOrdinal() - indexed;
    }

    /** Tells whether there is a block that is not in the index. */
    boolean isBehind() {
        return row < directory.count();
    }

    /** Tells whether all blocks are in the index and none will follow. */
    boolean isComplete() {
        return segment.ended() && !isBehind();
    }

    /** Indexes the next block of the segment, which is pinned, and returns how many spans that are. */
    int addBlock(LiveIndex live, BlockReader block, BodyCheck check) {
        if (!isBehind()) {
            return NOTHING;
        }
        if (!segment.isWhole()) {
            index.ends(WhyScanned.DAMAGED);
            return OVER;
        }
        int first = directory.firstOrdinal(row);
        int spans = directory.spanCount(row);
        boolean readable = segment.open(row, block, check);
        if (!(readable ? live.add(first, block) : live.skip(first, spans))) {
            index.ends(WhyScanned.FULL);
            return OVER;
        }
        row++;
        indexed = first + spans;
        return spans;
    }
}
