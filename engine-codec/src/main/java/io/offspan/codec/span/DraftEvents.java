package io.offspan.codec.span;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The events of a draft, one column for each field, and the range of its attributes that belongs to each. */
final class DraftEvents {
    int count;
    long[] time = new long[8];

    @Nullable
    String[] nameText = new String[8];

    long[] nameRange = new long[8];
    int[] dropped = new int[8];
    int[] first = new int[8];
    int[] end = new int[8];

    /** Adds an event without attributes, whose name is a text or a range of the source, and returns its index. */
    int add(long timeNanos, @Nullable String name, long range, int firstAttribute) {
        ListLimit.requireRoom(count, "events");
        if (count == time.length) {
            grow();
        }
        int i = count++;
        time[i] = timeNanos;
        dropped[i] = 0;
        nameText[i] = name;
        nameRange[i] = range;
        first[i] = firstAttribute;
        end[i] = firstAttribute;
        return i;
    }

    /** Returns the index of the event started last. */
    int last() {
        return ListLimit.last(count, "event");
    }

    private void grow() {
        int size = count * 2;
        time = Arrays.copyOf(time, size);
        nameText = Arrays.copyOf(nameText, size);
        nameRange = Arrays.copyOf(nameRange, size);
        dropped = Arrays.copyOf(dropped, size);
        first = Arrays.copyOf(first, size);
        end = Arrays.copyOf(end, size);
    }
}
