package io.offspan.query.index;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Memory;
import java.io.IOException;

/**
 * The times of the spans of a live index: six bytes a span, and a record for each group.
 *
 * <p>The record of a group is that of {@link SealedFormat}, which an index file takes over with the codes.
 *
 * <p>Zeros are right for a group that is not begun: its bounds hold nothing but its base.
 *
 * <p><b>Threads.</b> One thread writes; any reads the spans below a count that it has read, as bounds only get wider.
 */
final class LiveTimes implements SpanTimes {
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
        reach(Math.max(0, firstOrdinal + count - 1));
        for (int i = 0; i < count; i++) {
            int ordinal = firstOrdinal + i;
            if (ordinal >>> GROUP_BITS != group) {
                begin(ordinal >>> GROUP_BITS, likelyStart(block, i));
            }
            add(ordinal, block.span(i));
        }
    }

    /** Makes room up to an ordinal, also for what is passed over: whoever asks for times asks every group. */
    void reach(int last) {
        starts.reach(last);
        durations.reach(last);
        for (int chunk = last >>> LiveIndex.CHUNK_BITS; chunk >= 0 && groups[chunk] == Pages.NONE; chunk--) {
            int records = data.allocate(SealedFormat.GROUP_BYTES * GROUPS);
            data.memory(records).zero(Pages.offset(records), SealedFormat.GROUP_BYTES * GROUPS);
            groups[chunk] = records;
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
        memory(number).putLong(offset(number) + SealedFormat.GROUP_BASE, near);
    }

    private void add(int ordinal, SpanView span) {
        int start = RoughTime.start(span.startNanos(), base);
        boolean far = start == RoughTime.FAR || start == Integer.MAX_VALUE;
        starts.memory(ordinal).putInt(starts.offset(ordinal), far ? RoughTime.FAR : start);
        Memory record = memory(group);
        long at = offset(group);
        if (far) {
            long part = 1L << (ordinal >>> PART_BITS);
            record.putLong(at + SealedFormat.GROUP_FAR, record.getLong(at + SealedFormat.GROUP_FAR) | part);
        } else if (start < record.getInt(at + SealedFormat.GROUP_LEAST)) {
            record.putInt(at + SealedFormat.GROUP_LEAST, start);
        } else if (start > record.getInt(at + SealedFormat.GROUP_GREATEST)) {
            record.putInt(at + SealedFormat.GROUP_GREATEST, start);
        }
        int duration = span.hasEnd() ? RoughTime.duration(span.durationNanos()) : RoughTime.NO_DURATION;
        durations.memory(ordinal).putShort(durations.offset(ordinal), duration);
        if (duration != RoughTime.NO_DURATION && duration > record.getInt(at + SealedFormat.GROUP_LONGEST)) {
            record.putInt(at + SealedFormat.GROUP_LONGEST, duration);
        }
    }

    private Memory memory(int number) {
        return data.memory(groups[number / GROUPS]);
    }

    private long offset(int number) {
        return Pages.offset(groups[number / GROUPS]) + (long) SealedFormat.GROUP_BYTES * (number % GROUPS);
    }

    @Override
    public long base(int number) {
        return memory(number).getLong(offset(number) + SealedFormat.GROUP_BASE);
    }

    @Override
    public int leastStart(int number) {
        return memory(number).getInt(offset(number) + SealedFormat.GROUP_LEAST);
    }

    @Override
    public int greatestStart(int number) {
        return memory(number).getInt(offset(number) + SealedFormat.GROUP_GREATEST);
    }

    @Override
    public long far(int number) {
        return memory(number).getLong(offset(number) + SealedFormat.GROUP_FAR);
    }

    @Override
    public int greatestDuration(int number) {
        return memory(number).getInt(offset(number) + SealedFormat.GROUP_LONGEST);
    }

    @Override
    public int start(int ordinal) {
        return starts.memory(ordinal).getInt(starts.offset(ordinal));
    }

    @Override
    public int duration(int ordinal) {
        return durations.memory(ordinal).getUnsignedShort(durations.offset(ordinal));
    }

    /** Writes the records of the groups of the first spans, the codes of their starts and those of their durations. */
    void write(int spans, SealOutput out) throws IOException {
        int count = SealedFormat.groups(spans);
        for (int first = 0; first < count; first += GROUPS) {
            int records = groups[first / GROUPS];
            long bytes = (long) SealedFormat.GROUP_BYTES * Math.min(GROUPS, count - first);
            if (records == Pages.NONE) {
                out.putZeros(bytes);
            } else {
                out.putBytes(data.memory(records), Pages.offset(records), bytes);
            }
        }
        starts.write(spans, out);
        durations.write(spans, out);
    }

    long bytes() {
        return starts.bytes() + durations.bytes();
    }

    void close() {
        starts.close();
        durations.close();
    }
}
