package io.offspan.bench;

import io.offspan.bench.codec.Slabs;
import io.offspan.bench.w1.W1Generator;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Memory;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.PagePool;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to index a stored span, beside a plain walk over the lines of the same blocks. */
@State(Scope.Thread)
public class IndexBenchmark extends FirstFigures {
    private static final int INDEXED = 1 << 18;
    private static final long LIMIT_BYTES = 64L << 20;

    private final BlockReader reader = new BlockReader();
    private final PagePool pool = new PagePool();
    private LiveIndex index = new LiveIndex(pool, LIMIT_BYTES);
    private Memory[] blocks = {};
    private int next;
    private long bytes;

    @Setup
    public void build() {
        blocks = new Slabs().blocks(new W1Generator(W1Generator.SEED).spans(INDEXED));
    }

    /** Adds the blocks of 262,144 spans to an index, and then to the next one. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public boolean index() {
        if (next == blocks.length) {
            bytes = index.bytes();
            index.close();
            index = new LiveIndex(pool, LIMIT_BYTES);
            next = 0;
        }
        reader.wrap(blocks[next], 0);
        return index.add(next++ * BLOCK_SPANS, reader);
    }

    /** Reads what stands in the line of each span. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public long lines() {
        next = next == blocks.length - 1 ? 0 : next + 1;
        reader.wrap(blocks[next], 0);
        long sum = 0;
        for (int i = 0; i < BLOCK_SPANS; i++) {
            SpanView span = reader.span(i);
            sum += span.traceIdLow() + span.spanId() + span.startNanos() + span.durationNanos();
            sum += span.resourceIndex() + span.nameIndex() + span.kind() + span.statusCode();
        }
        return sum;
    }

    @TearDown
    public void tell() {
        if (bytes > 0) {
            System.out.printf("%n%.1f bytes a span, growing chunks included%n", (double) bytes / INDEXED);
        }
    }
}
