package io.offspan.core.segment;

/**
 * The newest segment of a log, whose end is sound and has no end mark, so that its next writer may continue it.
 *
 * @param number its number
 * @param end where its last block ends
 * @param spans how many spans it holds
 * @param identity what its first block says
 */
public record OpenSegment(int number, long end, int spans, SegmentIdentity identity) {}
