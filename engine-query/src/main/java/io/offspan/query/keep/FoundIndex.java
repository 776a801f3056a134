package io.offspan.query.keep;

import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentName;
import io.offspan.query.index.SealedIndex;

/**
 * What there is of a segment's index on the disk, after all of it was read and checked.
 *
 * @param file its name within the directory of the store, whether it is there or not
 * @param state whether it can be used
 * @param bytes its length
 * @param spans how many spans it has, 0 where it cannot be used
 * @param segmentSpans how many spans the segment has
 * @param problem why it cannot be used, empty where it can or is not there
 */
public record FoundIndex(String file, FileState state, long bytes, int spans, long segmentSpans, String problem) {
    /** Looks at the index file of a segment that the caller has pinned. */
    public static FoundIndex of(Segment segment) {
        IndexFile found = IndexFile.open(segment).checked();
        String name = "index/" + SegmentName.index(segment.number());
        long bytes = segment.indexFile().toFile().length();
        try (SealedIndex index = found.index()) {
            int spans = index == null ? 0 : index.spans();
            return new FoundIndex(name, found.state(), bytes, spans, segment.spans(), found.problem());
        }
    }
}
