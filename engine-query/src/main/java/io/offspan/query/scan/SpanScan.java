package io.offspan.query.scan;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.query.ast.Filter;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.SpanTest;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ZeroDivisions;

/**
 * Asks every span of every block that its bounds do not rule out. The fallback and the oracle of whatever is faster.
 *
 * <p><b>Threads.</b> Belongs to one thread; one scan at a time.
 */
public final class SpanScan {
    private final ZeroDivisions zeroDivisions = new ZeroDivisions();
    private final SpanTest test;
    private long blocksRead;
    private long blocksPruned;
    private long blocksDamaged;
    private long spansVisited;
    private long spansDamaged;
    private long spansMatched;

    public SpanScan(Filter filter) {
        this(filter, TraceValues.NONE);
    }

    /** Asks a filter that may look at what is known of traces. */
    public SpanScan(Filter filter, TraceValues traces) {
        test = new FilterCompiler(new SourceCompiler(traces, zeroDivisions)).compile(filter);
    }

    /** Walks the blocks to the end and hands what passes to a collector. */
    public ScanOutcome run(BlockSource blocks, Collector collector) {
        blocksDamaged += blocks.unreachable();
        while (blocks.next()) {
            if (!collector.wants(blocks) || !test.mayPass(blocks)) {
                blocksPruned++;
                continue;
            }
            BlockReader block = blocks.open();
            if (block == null) {
                blocksDamaged++;
                continue;
            }
            blocksRead++;
            collector.enterBlock(blocks, block);
            read(block, collector);
        }
        return outcome();
    }

    private void read(BlockReader block, Collector collector) {
        test.enterBlock(block.strings());
        int count = block.count();
        spansVisited += count;
        for (int i = 0; i < count; i++) {
            try {
                SpanView span = block.span(i);
                if (collector.wants(span) && test.passes(span)) {
                    collector.add(span, i);
                    spansMatched++;
                }
            } catch (IndexOutOfBoundsException | FormatException damage) {
                spansDamaged++;
            }
        }
    }

    ScanOutcome outcome() {
        return new ScanOutcome(
                blocksRead,
                blocksPruned,
                blocksDamaged,
                spansVisited,
                spansDamaged,
                spansMatched,
                zeroDivisions.count(),
                0,
                0);
    }
}
