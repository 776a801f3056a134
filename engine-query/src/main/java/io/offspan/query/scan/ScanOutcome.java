package io.offspan.query.scan;

/**
 * What a scan did and, above all, what it could not do.
 *
 * <p>A question about whole traces walks the store up to three times: each walk adds to what was read, pruned and visited.
 *
 * @param ending whether it came to its end
 * @param blocksRead blocks whose spans were visited, open slabs included
 * @param blocksPruned blocks that were left out because their bounds ruled out every span
 * @param blocksDamaged blocks that could not be read: their spans are missing in the answer
 * @param spansVisited spans that were looked at
 * @param spansCounted spans that an index counted, so that nobody looked at them
 * @param spansDamaged spans that could not be read, in blocks that could: they are missing in the answer
 * @param spansMatched spans that passed; a search for the newest does not look at those older than what it holds already
 * @param zeroDivisions divisions by zero in the arithmetic of the filter, each of which made its comparison false for a span
 * @param tracesGrouped traces whose spans were brought together; 0 for a question about single spans, which needs none
 * @param tracesMatched traces that have spans in the answer; 0 for a question about single spans
 * @param broken those of the traces that were brought together that are not whole, where a question asks how spans are related
 */
public record ScanOutcome(
        Ending ending,
        long blocksRead,
        long blocksPruned,
        long blocksDamaged,
        long spansVisited,
        long spansCounted,
        long spansDamaged,
        long spansMatched,
        long zeroDivisions,
        long tracesGrouped,
        long tracesMatched,
        BrokenTraces broken) {
    /** Why a scan looks at no further span. */
    public enum Ending {
        /** It has been everywhere. */
        REGULAR,
        /** The time that the question gives it was over. */
        OUT_OF_TIME,
        /** It was told to. */
        CANCELLED
    }

    public static final ScanOutcome NONE = ended(Ending.REGULAR);

    /** Returns the outcome of a walk that has read nothing and ended so. */
    public static ScanOutcome ended(Ending ending) {
        return new ScanOutcome(ending, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BrokenTraces.NONE);
    }

    /** Returns the outcome of this walk and another over the same blocks; what is damaged is damaged once. */
    public ScanOutcome then(ScanOutcome next) {
        return new ScanOutcome(
                next.ending,
                blocksRead + next.blocksRead,
                blocksPruned + next.blocksPruned,
                Math.max(blocksDamaged, next.blocksDamaged),
                spansVisited + next.spansVisited,
                spansCounted + next.spansCounted,
                Math.max(spansDamaged, next.spansDamaged),
                next.spansMatched,
                zeroDivisions + next.zeroDivisions,
                tracesGrouped,
                tracesMatched,
                broken);
    }

    /** Returns the outcome of this walk and another over other blocks, which came after it. */
    public ScanOutcome beside(ScanOutcome next) {
        return new ScanOutcome(
                next.ending,
                blocksRead + next.blocksRead,
                blocksPruned + next.blocksPruned,
                blocksDamaged + next.blocksDamaged,
                spansVisited + next.spansVisited,
                spansCounted + next.spansCounted,
                spansDamaged + next.spansDamaged,
                spansMatched + next.spansMatched,
                zeroDivisions + next.zeroDivisions,
                tracesGrouped + next.tracesGrouped,
                tracesMatched + next.tracesMatched,
                broken);
    }

    /** Returns the outcome of this walk and another one that was about something else; what is damaged is damaged once. */
    public ScanOutcome and(ScanOutcome next) {
        return new ScanOutcome(
                ending == Ending.REGULAR ? next.ending : ending,
                blocksRead + next.blocksRead,
                blocksPruned + next.blocksPruned,
                Math.max(blocksDamaged, next.blocksDamaged),
                spansVisited + next.spansVisited,
                spansCounted + next.spansCounted,
                Math.max(spansDamaged, next.spansDamaged),
                spansMatched + next.spansMatched,
                zeroDivisions + next.zeroDivisions,
                tracesGrouped + next.tracesGrouped,
                tracesMatched + next.tracesMatched,
                broken.and(next.broken));
    }

    /** Returns the outcome of what takes no walk: nothing was read. */
    public static ScanOutcome known(int unreachableBlocks, long spans) {
        return new ScanOutcome(Ending.REGULAR, 0, 0, unreachableBlocks, 0, spans, 0, spans, 0, 0, 0, BrokenTraces.NONE);
    }

    /** Returns this outcome with what the stages made of the spans that were found. */
    public ScanOutcome grouped(long spans, long divisions, long traces, long matchedTraces, BrokenTraces brokenTraces) {
        return new ScanOutcome(
                ending,
                blocksRead,
                blocksPruned,
                blocksDamaged,
                spansVisited,
                spansCounted,
                spansDamaged,
                spans,
                divisions,
                traces,
                matchedTraces,
                brokenTraces);
    }

    /** Returns this outcome with so many more spans that could not be read. */
    public ScanOutcome damaged(int more) {
        return new ScanOutcome(
                ending,
                blocksRead,
                blocksPruned,
                blocksDamaged,
                spansVisited,
                spansCounted,
                spansDamaged + more,
                spansMatched,
                zeroDivisions,
                tracesGrouped,
                tracesMatched,
                broken);
    }

    /** Tells whether every stored span was considered. */
    public boolean complete() {
        return ending == Ending.REGULAR && blocksDamaged == 0 && spansDamaged == 0;
    }
}
