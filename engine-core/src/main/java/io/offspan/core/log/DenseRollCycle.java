package io.offspan.core.log;

import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;

/**
 * A roll cycle that looks like {@link RollCycles#FIVE_MINUTELY} to every tool and moves only when the log says so.
 *
 * <p>The number is dense, not a time: the queue walks over every missing cycle when it opens.
 *
 * <p><b>Threads.</b> Moved by the writer between two excerpts; read by any thread of the queue.
 */
final class DenseRollCycle implements RollCycle {
    static final int INDEX_COUNT = 2048;
    static final int INDEX_SPACING = 64;

    private static final RollCycle SHAPE = RollCycles.FIVE_MINUTELY;

    private volatile int current;

    DenseRollCycle(int current) {
        this.current = current;
    }

    void moveTo(int cycle) {
        current = cycle;
    }

    int number() {
        return current;
    }

    @Override
    public int current(TimeProvider time, long epoch) {
        return current;
    }

    @Override
    public String format() {
        return SHAPE.format();
    }

    @Override
    public int lengthInMillis() {
        return SHAPE.lengthInMillis();
    }

    @Override
    public int defaultIndexCount() {
        return INDEX_COUNT;
    }

    @Override
    public int defaultIndexSpacing() {
        return INDEX_SPACING;
    }

    @Override
    public long toIndex(int cycle, long sequenceNumber) {
        return SHAPE.toIndex(cycle, sequenceNumber);
    }

    @Override
    public long toSequenceNumber(long index) {
        return SHAPE.toSequenceNumber(index);
    }

    @Override
    public int toCycle(long index) {
        return SHAPE.toCycle(index);
    }

    @Override
    public long maxMessagesPerCycle() {
        return SHAPE.maxMessagesPerCycle();
    }
}
