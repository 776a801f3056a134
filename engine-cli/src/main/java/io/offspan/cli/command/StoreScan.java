package io.offspan.cli.command;

import io.offspan.cli.terminal.Progress;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.Position;

/**
 * What a walk over all spans of a store finds, for which there is no counter.
 *
 * @param spans how many spans could be read
 * @param traces how many different traces they belong to
 * @param firstStartNanos when the earliest of them starts, unsigned; meaningless without spans
 * @param lastStartNanos when the latest of them starts, unsigned; meaningless without spans
 * @param damagedBlocks how many blocks could not be read
 * @param damagedSpans how many spans those would hold
 */
record StoreScan(
        long spans, long traces, long firstStartNanos, long lastStartNanos, long damagedBlocks, long damagedSpans) {

    /** Walks the spans from a position on, which is one between two blocks. */
    static StoreScan since(Position from, StoreReader reader, Progress progress) {
        TraceIds traces = new TraceIds();
        long spans = 0;
        long first = -1;
        long last = 0;
        try (StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next() && !isBefore(blocks, from)) {
                BlockReader block = blocks.open();
                if (block == null) {
                    continue;
                }
                for (int i = 0; i < block.count(); i++) {
                    SpanView span = block.span(i);
                    traces.add(span.traceIdHigh(), span.traceIdLow());
                    long start = span.startNanos();
                    first = Long.compareUnsigned(start, first) < 0 ? start : first;
                    last = Long.compareUnsigned(start, last) > 0 ? start : last;
                }
                spans += block.count();
                progress.add(block.count());
            }
            return new StoreScan(spans, traces.count(), first, last, blocks.damagedBlocks(), blocks.damagedSpans());
        }
    }

    private static boolean isBefore(BlockCursor block, Position from) {
        return block.segmentNumber() < from.segmentNumber()
                || block.segmentNumber() == from.segmentNumber() && block.firstOrdinal() < from.ordinal();
    }
}
