package io.offspan.query.index;

import io.offspan.codec.wire.Memory;

/**
 * The times of the spans of an index file.
 *
 * <p><b>Threads.</b> Any reads.
 */
final class SealedTimes implements SpanTimes {
    private final SealedIndex index;
    private final Memory section;
    private final int spans;
    private final long starts;
    private final long durations;

    SealedTimes(SealedIndex index) {
        this.index = index;
        section = index.section(SealedFormat.TIMES);
        spans = index.spans();
        starts = SealedFormat.starts(spans);
        durations = SealedFormat.durations(spans);
    }

    private static long at(int group) {
        return (long) SealedFormat.GROUP_BYTES * group;
    }

    @Override
    public boolean isKnown(int group) {
        long first = (long) group << GROUP_BITS;
        long count = Math.min(spans - first, 1 << GROUP_BITS);
        return index.areIntact(SealedFormat.TIMES, at(group), SealedFormat.GROUP_BYTES)
                && index.areIntact(SealedFormat.TIMES, starts + 4 * first, 4 * count)
                && index.areIntact(SealedFormat.TIMES, durations + 2 * first, 2 * count);
    }

    @Override
    public long base(int group) {
        return section.getLong(at(group) + SealedFormat.GROUP_BASE);
    }

    @Override
    public int leastStart(int group) {
        return section.getInt(at(group) + SealedFormat.GROUP_LEAST);
    }

    @Override
    public int greatestStart(int group) {
        return section.getInt(at(group) + SealedFormat.GROUP_GREATEST);
    }

    @Override
    public long far(int group) {
        return section.getLong(at(group) + SealedFormat.GROUP_FAR);
    }

    @Override
    public int greatestDuration(int group) {
        return section.getInt(at(group) + SealedFormat.GROUP_LONGEST);
    }

    @Override
    public int start(int ordinal) {
        return section.getInt(starts + 4L * ordinal);
    }

    @Override
    public int duration(int ordinal) {
        return section.getUnsignedShort(durations + 2L * ordinal);
    }
}
