package io.offspan.codec.block;

import io.offspan.codec.span.LineLayout;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;

/**
 * The sum in the mark of a span: over the generation of its slab, the mark, the line, the values, and the strings that it was the
 * first to need, with their ends.
 *
 * <p>It is no CRC32C, whose instructions end the JVM on a mapped page without backing, but plain loads and multiplications. It finds
 * what happens to bytes by accident, not what somebody does to them.
 */
final class SlabSum {
    private SlabSum() {}

    /**
     * Returns the sum that the mark of a span should hold; the marks stand in the slab, what they count may stand in copies.
     *
     * @param lines the window with the line at {@code line} and the first values of the slab at {@code values}
     * @param strings the window with the string offsets at {@code table} and the end of the heap at {@code end}
     * @throws IndexOutOfBoundsException when the marks name places outside
     */
    static int of(
            Memory slab,
            SlabLayout layout,
            long generation,
            int span,
            Memory lines,
            long line,
            long values,
            Memory strings,
            long table,
            long end) {
        int mark = layout.mark(span);
        int before = layout.mark(span - 1);
        long valuesFrom = span == 0 ? 0 : slab.getUnsignedInt(before + SlabLayout.MARK_VALUES);
        long stringsFrom = span == 0 ? 0 : slab.getUnsignedInt(before + SlabLayout.MARK_STRINGS);
        int valuesBytes = (int) (slab.getUnsignedInt(mark + SlabLayout.MARK_VALUES) - valuesFrom);
        long stringsTo = slab.getUnsignedInt(mark + SlabLayout.MARK_STRINGS);
        long sum = lines.fold(generation, line, LineLayout.BYTES);
        sum = lines.fold(sum, values + valuesFrom, valuesBytes);
        sum = HeapBytes.fold(sum, ofStrings(strings, table, end, stringsFrom, stringsTo));
        return end(sum, slab.getLong(mark), slab.getInt(mark + SlabLayout.MARK_STRINGS));
    }

    /** Returns the sum of strings, each followed by where it starts and ends; ends that go back are refused. */
    private static long ofStrings(Memory strings, long table, long end, long from, long to) {
        if (from > to) {
            throw new IndexOutOfBoundsException("Strings " + from + " to " + to);
        }
        long sum = 0;
        for (long x = from; x < to; x++) {
            long both = strings.getLong(table + 4 * x);
            long start = both & 0xffff_ffffL;
            long stop = both >>> 32;
            sum = strings.foldString(sum, end - stop, (int) (stop - start));
            sum = HeapBytes.fold(sum, both);
        }
        return sum;
    }

    /** Ends a sum with the mark that it goes into: the ends of values and heap in one word, the number of strings in another. */
    static int end(long sum, long valuesAndHeap, int strings) {
        return HeapBytes.endFold(HeapBytes.fold(HeapBytes.fold(sum, valuesAndHeap), strings));
    }

    /** Tells whether the marks of a slab are right for a span whose line, values and strings lie in {@code copy} as they do there. */
    static boolean matches(Memory slab, SlabLayout layout, long generation, int span, Memory copy) {
        try {
            int sum = of(
                    slab,
                    layout,
                    generation,
                    span,
                    copy,
                    layout.line(span),
                    layout.values(),
                    copy,
                    layout.strings(),
                    layout.size());
            return sum == slab.getInt(layout.mark(span) + SlabLayout.MARK_SUM);
        } catch (IndexOutOfBoundsException damaged) {
            return false;
        }
    }
}
