package io.offspan.query.index;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Memory;

/**
 * The times of the spans of a live index: six bytes a span, and a record for each group.
 *
 * <pre>
 *  0 u64 base   8 i32 least start   12 i32 greatest start   16 u64 parts with spans far off   24 u32 greatest duration   28 u32 0
 * </pre>
 *
 * <p>Zeros are right for a group that is not begun: its bounds hold nothing but its base.
 *
 * <p><b>Threads.</b> One thread writes; any reads the spans below a count that it has read, as bounds only get wider.
 */
final class LiveTimes implements SpanTimes {
    static final int BASE = 0;
    static final int LEAST = 8;
    static final int GREATEST = 12;
    static final int FAR_PARTS = 16;
    static final int LONGEST = 24;
    static final int GROUP_BYTES = 32;

    /** Groups of a chunk, whose records lie together. */
    private static final int GROUPS = 1 << LiveIndex.CHUNK_BITS - GROUP_BITS;

    private final Column starts;
    private final Column durations;
    private final Pages data;
    /** Where the records of a chunk's groups are. */
    private final int[] groups = new int[LiveIndex.MAX_CHUNKS];

    private int group = -1;
    private long base;

    LiveTimes(PagePool pool, Pages data) {
        starts = new Column(pool, 2);
        durations = new Column(pool, 1);
        this.data = data;
    }

    /** Adds the spans of a block; the reader is at some span of it afterwards. */
    void add(int firstOrdinal, BlockReader block) {
        int count = block.count();
        if (count == 0) {
            return;
        }
        int last = firstOrdinal + count - 1;
        starts.reach(last);
        durations.reach(last);
        for (int i = 0; i < count; i++) {
            int ordinal = firstOrdinal + i;
            if (ordinal >>> GROUP_BITS != group) {
                begin(ordinal >>> GROUP_BITS, likelyStart(block, i));
            }
            add(ordinal, block.span(i));
        }
    }

    /** Returns the middle one of three starts from a span on: one clock that is off does not decide. */
    private static long likelyStart(BlockReader block, int from) {
        int last = block.count() - 1;
        long one = block.span(from).startNanos();
        long two = block.span(from + last >>> 1).startNanos();
        long three = block.span(last).startNanos();
        long low = Long.compareUnsigned(one, two) < 0 ? one : two;
        long high = low == one ? two : one;
        if (Long.compareUnsigned(three, low) < 0) {
            return low;
        }
        return Long.compareUnsigned(three, high) < 0 ? three : high;
    }

    private void begin(int number, long near) {
        group = number;
        base = near;
        int chunk = number / GROUPS;
        if (groups[chunk] == Pages.NONE) {
            int records = data.allocate(GROUP_BYTES * GROUPS);
            data.memory(records).zero(Pages.offset(records), GROUP_BYTES * GROUPS);
            groups[chunk] = records;
        }
        memory(number).putLong(offset(number) + BASE, near);
    }

    private void add(int ordinal, SpanView span) {
        int start = RoughTime.start(span.startNanos(), base);
        boolean far = start == RoughTime.FAR || start == Integer.MAX_VALUE;
        starts.memory(ordinal).putInt(starts.offset(ordinal), far ? RoughTime.FAR : start);
        Memory record = memory(group);
        long at = offset(group);
        if (far) {
            long part = 1L << (ordinal >>> PART_BITS);
            record.putLong(at + FAR_PARTS, record.getLong(at + FAR_PARTS) | part);
        } else if (start < record.getInt(at + LEAST)) {
            record.putInt(at + LEAST, start);
        } else if (start > record.getInt(at + GREATEST)) {
            record.putInt(at + GREATEST, start);
        }
        int duration = span.hasEnd() ? RoughTime.duration(span.durationNanos()) : RoughTime.NO_DURATION;
        durations.memory(ordinal).putShort(durations.offset(ordinal), duration);
        if (duration != RoughTime.NO_DURATION && duration > record.getInt(at + LONGEST)) {
            record.putInt(at + LONGEST, duration);
        }
    }

    private Memory memory(int number) {
        return data.memory(groups[number / GROUPS]);
    }

    private long offset(int number) {
        return Pages.offset(groups[number / GROUPS]) + (long) GROUP_BYTES * (number % GROUPS);
    }

    @Override
    public long base(int number) {
        return memory(number).getLong(offset(number) + BASE);
    }

    @Override
    public int leastStart(int number) {
        return memory(number).getInt(offset(number) + LEAST);
    }

    @Override
    public int greatestStart(int number) {
        return memory(number).getInt(offset(number) + GREATEST);
    }

    @Override
    public long far(int number) {
        return memory(number).getLong(offset(number) + FAR_PARTS);
    }

    @Override
    public int greatestDuration(int number) {
        return memory(number).getInt(offset(number) + LONGEST);
    }

    @Override
    public int start(int ordinal) {
        return starts.memory(ordinal).getInt(starts.offset(ordinal));
    }

    @Override
    public int duration(int ordinal) {
        return durations.memory(ordinal).getUnsignedShort(durations.offset(ordinal));
    }

    long bytes() {
        return starts.bytes() + durations.bytes();
    }

    void close() {
        starts.close();
        durations.close();
    }
}
