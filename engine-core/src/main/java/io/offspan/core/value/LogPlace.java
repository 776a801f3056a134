package io.offspan.core.value;

/**
 * How far a log went when somebody looked: which block was its last one, and where the next one belongs.
 *
 * <p>The checksum tells two logs apart that have gone different ways since one was copied.
 *
 * @param nextSequence the sequence of the next block; so many blocks were written before it
 * @param segmentId the segment of the last block, 0 before the first
 * @param segmentNumber its number, 0 before the first
 * @param ordinal how many spans that segment held
 * @param lastCrc the header checksum of the last block, 0 before the first
 */
public record LogPlace(long nextSequence, long segmentId, int segmentNumber, int ordinal, int lastCrc) {}
