package io.offspan.bench;

import io.offspan.bench.codec.Slabs;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the writer pays for a span: the full slab gathered into a block, and its checksum. */
@State(Scope.Thread)
public class GatherBenchmark extends FirstFigures {
    private final Slabs slabs = new Slabs();
    private final BlockGather gather = new BlockGather(Slabs.BYTES);
    private final Memory target = Memory.allocate(Slabs.BYTES);
    private long sequence;

    @Setup
    public void fillAllSlabs() {
        List<W1Span> spans = new W1Generator(W1Generator.SEED).spans(SPANS);
        BlockBuilder builder = new BlockBuilder(Slabs.MAX_SPAN_BYTES);
        SpanDraft draft = new SpanDraft();
        for (int i = 0; i <= Slabs.COUNT; i++) {
            slabs.build(builder, draft, spans, i * BLOCK_SPANS & SPANS - 1, 1);
        }
    }

    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public int gather() {
        return gather.gather(slabs.next(), Slabs.LAYOUT, 0, BLOCK_SPANS);
    }

    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public int gatherAndSeal() {
        gather.gather(slabs.next(), Slabs.LAYOUT, 0, BLOCK_SPANS);
        return gather.close(sequence++, 0, 0, sequence);
    }

    /** Yardstick: as many bytes in one copy. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public void copy() {
        target.putBytes(0, slabs.next(), 0, BLOCK_SPANS * 228L);
    }
}
