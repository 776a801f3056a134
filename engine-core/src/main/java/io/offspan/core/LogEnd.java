package io.offspan.core;

import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.LogPlace;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a log ended as its slabs know, read before the log itself is, so that what is written meanwhile is not missed.
 *
 * @param nextSequence the sequence of the block behind the last one, 0 where nothing is known
 * @param newestSegment the newest segment that was begun, 0 where nothing is known
 */
record LogEnd(long nextSequence, int newestSegment) {
    static LogEnd read(Path directory) throws IOException {
        try (SlabFile slabs = SlabFile.openForReader(directory)) {
            if (slabs == null) {
                return new LogEnd(0, 0);
            }
            LogPlace place = slabs.place();
            return place == null ? new LogEnd(0, 0) : new LogEnd(slabs.nextSequence(), place.segmentNumber());
        }
    }

    /** Says of slabs that they do not fit their log. */
    static String misfit(String why) {
        return "the slabs do not fit the log: " + why
                + "; the next writer puts them aside, and what they hold is counted as lost";
    }
}
