package io.offspan.core.slab;

import io.offspan.codec.block.SlabLayout;
import java.io.IOException;

/**
 * How many slabs of which sizes a slab file holds: ordinary ones first, then the large ones.
 *
 * @param slabs ordinary slabs
 * @param slabBytes bytes of each
 * @param spans most spans of each
 * @param strings most strings of each
 * @param largeSlabs slabs for spans that do not fit into an ordinary one
 * @param largeBytes bytes of each of those
 */
public record SlabGeometry(int slabs, int slabBytes, int spans, int strings, int largeSlabs, int largeBytes) {
    /** A large slab is closed behind its first span; the others are room for what a format version may want. */
    static final int LARGE_SPANS = 4;

    static final int LARGE_STRINGS = SlabLayout.MAX_STRINGS;
    private static final int BYTES_FOR_A_STRING = 64;
    private static final int BYTES_FOR_A_SPAN = 256;
    static final int PAGE_BYTES = 4096;
    /** With fewer slabs all of them can be used at once. */
    private static final int LEAST_READY = 16;

    /** More than any setting allows. */
    private static final int MAX_SLABS = 4096;

    /** Returns slabs of as many spans and strings as their bytes are good for. */
    public static SlabGeometry of(int slabs, int slabBytes, int maxSpans, int largeSlabs, int largeBytes) {
        int strings = Math.min(SlabLayout.MAX_STRINGS, slabBytes / BYTES_FOR_A_STRING);
        int spans = Math.min(maxSpans, slabBytes / BYTES_FOR_A_SPAN);
        return new SlabGeometry(slabs, slabBytes, spans, strings, largeSlabs, largeBytes);
    }

    /** Tells whether there can be such slabs: what a file says of itself is not trusted, even under a right checksum. */
    boolean possible() {
        if (slabs < 1
                || slabs > MAX_SLABS
                || largeSlabs < 0
                || largeSlabs > MAX_SLABS
                || slabBytes < 1
                || largeBytes < 1) {
            return false;
        }
        try {
            return layout().size() > 0 && largeLayout().size() > 0;
        } catch (IllegalArgumentException impossible) {
            return false;
        }
    }

    /** A part of the file that has places on the disk. */
    interface Part {
        void at(long from, long to) throws IOException;
    }

    /**
     * Names the parts of the file that have places on the disk while only the first {@code ready} of the ordinary slabs can be used: those,
     * the first page of each of the others, where its header is, and the large slabs.
     */
    void parts(int ready, Part each) throws IOException {
        each.at(0, offset(ready));
        for (int i = ready; i < slabs; i++) {
            each.at(offset(i), offset(i) + PAGE_BYTES);
        }
        if (largeSlabs > 0) {
            each.at(offset(slabs), fileBytes());
        }
    }

    /** Returns how many ordinary slabs can be used in a new file; the others get their places when they are needed. */
    int readyAtFirst() {
        return Math.min(slabs, Math.max(LEAST_READY, slabs / 2));
    }

    int total() {
        return slabs + largeSlabs;
    }

    long offset(int slab) {
        return SlabFile.HEADER_BYTES
                + (long) Math.min(slab, slabs) * slabBytes
                + (long) Math.max(0, slab - slabs) * largeBytes;
    }

    /** Returns the bytes of the file. */
    public long fileBytes() {
        return offset(total());
    }

    SlabLayout layout() {
        return new SlabLayout(slabBytes, spans, strings);
    }

    SlabLayout largeLayout() {
        return new SlabLayout(largeBytes, LARGE_SPANS, LARGE_STRINGS);
    }
}
