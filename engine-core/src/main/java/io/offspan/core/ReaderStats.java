package io.offspan.core;

/**
 * What a reader knows of a store's log.
 *
 * @param segments how many files
 * @param blocks how many blocks of spans
 * @param spans how many spans in them
 * @param bytes how far the files are written, together
 * @param damages how many damaged places were met so far
 * @param damagedBlocks how many blocks among them have an intact header, so that it is known what they held
 * @param damagedSpans how many spans those blocks held
 */
public record ReaderStats(
        int segments, long blocks, long spans, long bytes, long damages, long damagedBlocks, long damagedSpans) {}
