package io.offspan.parquet.file;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The smallest and the largest value of a page or of a column of a row group.
 *
 * <p>Numbers compare signed, bytes unsigned. A value that is longer than an index should hold makes the bounds unknown.
 */
final class Bounds {
    private static final int MAX_BYTES = 1024;

    private boolean any;
    private boolean unknown;
    private long least;
    private long most;
    private byte[] smallest = {};
    private byte[] largest = {};

    void clear() {
        any = false;
        unknown = false;
    }

    void add(long value) {
        least = any ? Math.min(least, value) : value;
        most = any ? Math.max(most, value) : value;
        any = true;
    }

    void add(Memory source, long offset, int length) {
        if (length > MAX_BYTES) {
            unknown = true;
            return;
        }
        if (!any || source.compareBytes(offset, length, smallest, 0, smallest.length) < 0) {
            smallest = copy(source, offset, length);
        }
        if (!any || source.compareBytes(offset, length, largest, 0, largest.length) > 0) {
            largest = copy(source, offset, length);
        }
        any = true;
    }

    private static byte[] copy(Memory source, long offset, int length) {
        byte[] copy = new byte[length];
        source.getBytes(offset, copy, 0, length);
        return copy;
    }

    /** Takes in the bounds of a further page. */
    void add(Bounds page) {
        unknown |= page.unknown;
        if (!page.any) {
            return;
        }
        least = any ? Math.min(least, page.least) : page.least;
        most = any ? Math.max(most, page.most) : page.most;
        smallest = any && Arrays.compareUnsigned(smallest, page.smallest) < 0 ? smallest : page.smallest;
        largest = any && Arrays.compareUnsigned(largest, page.largest) > 0 ? largest : page.largest;
        any = true;
    }

    /** Returns the smallest value as Parquet writes it, null where it is not known. */
    byte @Nullable [] smallest(ColumnType type) {
        return unknown || !any ? null : type.isBytes() ? smallest : number(least);
    }

    /** Returns the largest. */
    byte @Nullable [] largest(ColumnType type) {
        return unknown || !any ? null : type.isBytes() ? largest : number(most);
    }

    private static byte[] number(long value) {
        byte[] bytes = new byte[Long.BYTES];
        HeapBytes.putLong(bytes, 0, value);
        return bytes;
    }
}
