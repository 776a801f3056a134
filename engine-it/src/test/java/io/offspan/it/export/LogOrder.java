package io.offspan.it.export;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.LogFollower;
import io.offspan.core.StoreReader;
import io.offspan.core.retain.Checkpoint;
import io.offspan.core.value.Position;
import io.offspan.it.gate.StampedSpan;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The stamped spans of a store in the order of its log, so that a checkpoint can be turned into a number of spans.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class LogOrder {
    private final LogFollower follower;
    private final StampedSpan stamp = new StampedSpan();
    private final TreeMap<Long, Integer> before = new TreeMap<>();
    private int[] numbers = new int[1 << 12];
    private int count;

    LogOrder(StoreReader reader) {
        follower = reader.follower(Position.START);
        before.put(0L, 0);
    }

    /** Reads the log to its end, and returns how many spans there are by now. */
    int read() {
        while (follower.poll(this::take, 1) > 0) {
            before.put(key(follower.position()), count);
        }
        return count;
    }

    /** Returns how many spans of the log a checkpoint says to be acknowledged. */
    int spansBefore(Checkpoint checkpoint) {
        read();
        long place = key(checkpoint.position());
        Map.Entry<Long, Integer> entry = before.floorEntry(place);
        // Within a block; at the beginning of a segment there is an entry for it as soon as it has one.
        boolean within = entry.getKey() >>> Integer.SIZE == place >>> Integer.SIZE;
        return entry.getValue() + (within ? (int) (place - entry.getKey()) : 0);
    }

    /** Returns the number of the span at a place in that order. */
    int number(int place) {
        return numbers[place];
    }

    int count() {
        return count;
    }

    private void take(BlockReader block) {
        before.put(key(follower.position()), count);
        for (int i = 0; i < block.count(); i++) {
            if (!stamp.read(block.span(i))) {
                throw new IllegalStateException("A span of the log is not as it was written");
            }
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = Math.toIntExact(stamp.counter());
        }
    }

    private static long key(Position position) {
        return (long) position.segmentNumber() << Integer.SIZE | position.ordinal();
    }
}
