package io.offspan.core.segment;

import java.util.UUID;

/**
 * Who a segment is, from its first block.
 *
 * @param storeId the store that it belongs to
 * @param id random, so that a number that comes back after a restore is not taken for the same segment
 * @param previousId the id of the segment before it, 0 for the first
 * @param incarnation the slab file in use when it began
 * @param wallClockNanos when it began
 */
public record SegmentIdentity(UUID storeId, long id, long previousId, long incarnation, long wallClockNanos) {
    static SegmentIdentity of(SegmentBlock block) {
        return new SegmentIdentity(
                new UUID(block.storeHigh(), block.storeLow()),
                block.id(),
                block.previousId(),
                block.incarnation(),
                block.wallClockNanos());
    }
}
