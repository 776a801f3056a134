package io.offspan.bench;

import io.offspan.bench.codec.Slabs;
import io.offspan.bench.codec.SpanSum;
import io.offspan.bench.w1.W1Generator;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.wire.Memory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to read a stored span, every field and every byte of its texts. */
@State(Scope.Thread)
public class VisitBenchmark extends FirstFigures {
    private static final int COPIES = 64;

    private final BlockReader reader = new BlockReader();
    private final SpanSum sum = new SpanSum();
    private Memory[] few = {};
    private Memory[] many = {};
    private int next;

    @Setup
    public void build() {
        few = new Slabs().blocks(new W1Generator(W1Generator.SEED).spans(SPANS));
        many = new Memory[few.length * COPIES];
        for (int i = 0; i < many.length; i++) {
            Memory original = few[i % few.length];
            many[i] = Memory.allocate((int) original.length());
            many[i].putBytes(0, original, 0, original.length());
        }
    }

    /** Goes round 4,096 spans, which stay in the caches. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public long hot() {
        return visit(few);
    }

    /** Goes through 262,144 spans in their order. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public long sequential() {
        return visit(many);
    }

    /** Reads one field of each span, as a filter does. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public long durations() {
        reader.wrap(block(many), 0);
        long total = 0;
        for (int i = 0; i < BLOCK_SPANS; i++) {
            total += reader.span(i).durationNanos();
        }
        return total;
    }

    private long visit(Memory[] blocks) {
        reader.wrap(block(blocks), 0);
        long total = 0;
        for (int i = 0; i < BLOCK_SPANS; i++) {
            total += sum.of(reader.span(i));
        }
        return total;
    }

    private Memory block(Memory[] blocks) {
        next = next + 1 & blocks.length - 1;
        return blocks[next];
    }
}
