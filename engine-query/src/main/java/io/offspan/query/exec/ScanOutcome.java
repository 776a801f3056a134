package io.offspan.query.exec;

/**
 * What a scan did and, above all, what it could not do.
 *
 * @param blocksRead blocks whose spans were visited, open slabs included
 * @param blocksPruned blocks that were left out because their bounds ruled out every span
 * @param blocksDamaged blocks that could not be read: their spans are missing in the answer
 * @param spansVisited spans that were looked at
 * @param spansDamaged spans that could not be read, in blocks that could: they are missing in the answer
 * @param spansMatched spans that passed; a search for the newest does not look at those older than what it holds already
 */
public record ScanOutcome(
        long blocksRead,
        long blocksPruned,
        long blocksDamaged,
        long spansVisited,
        long spansDamaged,
        long spansMatched) {
    /** Tells whether every stored span was considered. */
    public boolean complete() {
        return blocksDamaged == 0 && spansDamaged == 0;
    }
}
