package io.offspan.query.index;

import java.util.UUID;

/**
 * Which segment an index file belongs to.
 *
 * @param storeId the store of the segment
 * @param id of the segment
 * @param number of the segment
 * @param blocks a checksum over what tells the indexed blocks from any others
 */
public record IndexedSegment(UUID storeId, long id, int number, int blocks) {}
