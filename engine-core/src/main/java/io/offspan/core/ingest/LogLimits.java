package io.offspan.core.ingest;

import java.time.Duration;

/**
 * When a segment of the log is complete, when it is deleted, and whether the log is forced to the disk.
 *
 * @param forced whether each sync forces what was appended to the disk
 * @param budgetBytes what the segments may take together
 * @param segmentBytes the bytes after which a segment is complete
 * @param segmentSpans the spans after which it is
 * @param segmentAge the age after which it is; zero for none
 * @param maxAge the age at which its spans are deleted; zero for none
 * @param holdMaxAge how long after its last sign of life an exporter keeps spans from being deleted by age
 */
public record LogLimits(
        boolean forced,
        long budgetBytes,
        long segmentBytes,
        int segmentSpans,
        Duration segmentAge,
        Duration maxAge,
        Duration holdMaxAge) {}
