package io.offspan.core;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentSet;
import io.offspan.core.slab.SlabImage;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a store held at one moment: its segments, as far as they went, and of the open slabs what the log did not have.
 *
 * <p><b>Threads.</b> Filled and given back under the lock of {@link Moments}; in between it does not change, and any thread reads it.
 */
final class Moment {
    private final BlockDirectory directory = new BlockDirectory();
    private SlabImage[] images = {};
    private int[] strings = {};
    private int[] heapBytes = {};
    private int rows;
    private long openSpans;
    private int damagedSlabs;
    private long damagedSpans;
    private long version;
    private int lastBlocks;
    private int holds;
    private @Nullable SegmentSet segments;

    /** Takes in what the slabs held at their last look, less what the log has by now. */
    void fill(OpenSlabs slabs, Catalog.View log) {
        version = log.version();
        damagedSlabs = slabs.damagedSlabs();
        damagedSpans = slabs.damagedSpans();
        openSpans = 0;
        rows = 0;
        directory.clear();
        for (int slab = 0; slab < slabs.slabs(); slab++) {
            SlabImage image = slabs.image(slab);
            if (image != null) {
                add(image, log.flushed(image.incarnation(), slab, image.generation()));
            }
        }
    }

    private void add(SlabImage image, int inLog) {
        int to = image.spans();
        if (inLog >= to) {
            return;
        }
        if (rows == images.length) {
            int capacity = Math.max(8, 2 * rows);
            images = Arrays.copyOf(images, capacity);
            strings = Arrays.copyOf(strings, capacity);
            heapBytes = Arrays.copyOf(heapBytes, capacity);
        }
        directory.addOpen(image.header(), inLog, to); // first, since it may fail
        image.hold();
        images[rows] = image;
        strings[rows] = image.strings();
        heapBytes[rows] = image.heapBytes();
        openSpans += to - inLog;
        rows++;
    }

    /** Gives the images back; nobody reads this moment any more. */
    void empty(OpenSlabs slabs) {
        for (int row = 0; row < rows; row++) {
            slabs.letGo(images[row]);
        }
        rows = 0;
    }

    /** Keeps the moment, and its segments, for one more snapshot. */
    void hold(Catalog.View log) {
        if (holds++ == 0) {
            SegmentSet set = log.hold();
            segments = set;
            int last = set.count() - 1;
            lastBlocks = last < 0 ? 0 : set.segment(last).directory().count();
        }
    }

    /** Gives a hold back; true when that was the last one. */
    boolean letGo(Catalog catalog) {
        if (--holds > 0) {
            return false;
        }
        catalog.letGo(set());
        segments = null;
        return true;
    }

    boolean isHeld() {
        return holds > 0;
    }

    /** Returns the version of the catalog that this moment goes with. */
    long version() {
        return version;
    }

    /** Returns how many slabs could not be read to the end. */
    int damagedSlabs() {
        return damagedSlabs;
    }

    /** Returns how many spans are missing because of that. */
    long damagedSlabSpans() {
        return damagedSpans;
    }

    int segments() {
        return set().count();
    }

    Segment segment(int index) {
        return set().segment(index);
    }

    int blocksOf(int index) {
        return index == segments() - 1 ? lastBlocks : set().blocks(index);
    }

    private SegmentSet set() {
        return Objects.requireNonNull(segments);
    }

    /** Returns how many open slabs there are. */
    int openBlocks() {
        return rows;
    }

    /** Returns how many spans are in them. */
    long openSpans() {
        return openSpans;
    }

    /** Returns what is known of the open slabs, a row each. */
    BlockDirectory openDirectory() {
        return directory;
    }

    /** Points a reader at an open slab; false when its marks are damaged. */
    boolean openBlock(int row, BlockReader reader) {
        int from = directory.from(row);
        try {
            images[row].open(reader, from, from + directory.spanCount(row), strings[row], heapBytes[row]);
            return true;
        } catch (IndexOutOfBoundsException | FormatException damaged) {
            return false;
        }
    }

    /** Tells whether a log holds by now what was in open slabs. */
    boolean isLoggedIn(Catalog catalog) {
        for (int row = 0; row < rows; row++) {
            SlabImage image = images[row];
            int to = directory.from(row) + directory.spanCount(row);
            if (catalog.flushed(image.incarnation(), image.slab(), image.generation()) < to) {
                return false;
            }
        }
        return true;
    }
}
