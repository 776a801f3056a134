package io.offspan.query.index;

import java.util.UUID;

/**
 * Which segment an index file belongs to.
 *
 * @param storeId the store of the segment
 * @param id of the segment
 * @param number of the segment
 */
public record IndexedSegment(UUID storeId, long id, int number) {}
