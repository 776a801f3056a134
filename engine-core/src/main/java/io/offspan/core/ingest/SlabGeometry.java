package io.offspan.core.ingest;

import io.offspan.codec.block.SlabLayout;
import io.offspan.core.StoreConfig;

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
record SlabGeometry(int slabs, int slabBytes, int spans, int strings, int largeSlabs, int largeBytes) {
    /** A large slab is closed behind its first span; the others are room for what a format version may want. */
    static final int LARGE_SPANS = 4;

    static final int LARGE_STRINGS = SlabLayout.MAX_STRINGS;
    private static final int BYTES_FOR_A_STRING = 64;
    /** More than any setting allows. */
    private static final int MAX_SLABS = 4096;

    static SlabGeometry of(StoreConfig config) {
        int strings = Math.min(SlabLayout.MAX_STRINGS, config.slabBytes() / BYTES_FOR_A_STRING);
        int spans = Math.min(config.spansPerBlock(), config.slabBytes() / 256);
        return new SlabGeometry(
                config.slabs(), config.slabBytes(), spans, strings, config.largeSlabs(), config.largeSlabBytes());
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

    int total() {
        return slabs + largeSlabs;
    }

    long offset(int slab) {
        return SlabFile.HEADER_BYTES
                + (long) Math.min(slab, slabs) * slabBytes
                + (long) Math.max(0, slab - slabs) * largeBytes;
    }

    long fileBytes() {
        return offset(total());
    }

    SlabLayout layout() {
        return new SlabLayout(slabBytes, spans, strings);
    }

    SlabLayout largeLayout() {
        return new SlabLayout(largeBytes, LARGE_SPANS, LARGE_STRINGS);
    }
}
