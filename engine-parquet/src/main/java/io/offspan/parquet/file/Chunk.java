package io.offspan.parquet.file;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the footer says of one column of one row group.
 *
 * @param offset where it starts in the file
 * @param dictionaryBytes how long its dictionary page is, 0 where it has none
 * @param bytes how long it is, its dictionary included
 * @param values how many values it has, absent ones included
 * @param plain whether a page of it has plain values
 * @param pages its pages, one after another
 * @param smallest the smallest value, null where it is not known
 * @param largest the largest
 * @param filterOffset where its Bloom filter is, -1 where it has none
 * @param filterBytes how long that is
 */
record Chunk(
        long offset,
        int dictionaryBytes,
        long bytes,
        long values,
        boolean plain,
        List<Page> pages,
        byte @Nullable [] smallest,
        byte @Nullable [] largest,
        long filterOffset,
        int filterBytes) {
    /**
     * One page.
     *
     * @param offset where it starts, counted from the first page
     * @param bytes how long it is, its header included
     * @param firstRow the number within its row group of the row that it begins with
     * @param smallest the smallest value, null where it is not known
     * @param largest the largest
     */
    record Page(int offset, int bytes, long firstRow, byte @Nullable [] smallest, byte @Nullable [] largest) {}
}
