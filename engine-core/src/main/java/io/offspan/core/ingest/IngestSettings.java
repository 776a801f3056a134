package io.offspan.core.ingest;

import io.offspan.core.slab.SlabGeometry;

/**
 * What the way in has to know of a store's settings.
 *
 * @param slabs the slabs, where the store is made anew
 * @param stripes how many threads can append at the same instant
 * @param maxSpanBytes the most bytes that one span may need in a block
 * @param maxWaitNanos the longest that an append waits for a slab; 0 drops the span at once
 * @param syncNanos how often open slabs are moved to the log
 * @param log the settings of the log
 */
public record IngestSettings(
        SlabGeometry slabs, int stripes, int maxSpanBytes, long maxWaitNanos, long syncNanos, LogLimits log) {}
