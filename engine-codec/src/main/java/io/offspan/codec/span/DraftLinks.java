package io.offspan.codec.span;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The links of a draft, one column for each field, and the range of its attributes that belongs to each. */
final class DraftLinks {
    int count;
    long[] traceIdHigh = new long[4];
    long[] traceIdLow = new long[4];
    long[] spanId = new long[4];
    int[] bits = new int[4];
    int[] flags = new int[4];
    int[] dropped = new int[4];

    @Nullable
    String[] stateText = new String[4];

    long[] stateRange = new long[4];
    int[] first = new int[4];
    int[] end = new int[4];

    /** Adds a link without trace state, flags or attributes and returns its index. */
    int add(long high, long low, long span, int presence, int firstAttribute) {
        ListLimit.requireRoom(count, "links");
        if (count == bits.length) {
            grow();
        }
        int i = count++;
        traceIdHigh[i] = high;
        traceIdLow[i] = low;
        spanId[i] = span;
        bits[i] = presence;
        flags[i] = 0;
        dropped[i] = 0;
        stateText[i] = null;
        stateRange[i] = 0;
        first[i] = firstAttribute;
        end[i] = firstAttribute;
        return i;
    }

    /** Returns the index of the link started last. */
    int last() {
        return ListLimit.last(count, "link");
    }

    private void grow() {
        int size = count * 2;
        traceIdHigh = Arrays.copyOf(traceIdHigh, size);
        traceIdLow = Arrays.copyOf(traceIdLow, size);
        spanId = Arrays.copyOf(spanId, size);
        bits = Arrays.copyOf(bits, size);
        flags = Arrays.copyOf(flags, size);
        dropped = Arrays.copyOf(dropped, size);
        stateText = Arrays.copyOf(stateText, size);
        stateRange = Arrays.copyOf(stateRange, size);
        first = Arrays.copyOf(first, size);
        end = Arrays.copyOf(end, size);
    }
}
