package io.offspan.bench;

import io.offspan.bench.codec.Slabs;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What a span costs its caller: filling the draft, and encoding and committing it in a slab. */
@State(Scope.Thread)
public class EncodeBenchmark extends FirstFigures {
    /** Whether equal texts of different spans are one object, as constants are, or objects of their own. */
    @Param({"same", "fresh"})
    public String strings = "same";

    /** How many resources the spans have: an instrumented process has one. */
    @Param({"1", "40"})
    public int resources = 1;

    private final SpanDraft draft = new SpanDraft();
    private final BlockBuilder builder = new BlockBuilder(Slabs.MAX_SPAN_BYTES);
    private final Slabs slabs = new Slabs();
    private List<W1Span> spans = List.of();
    private int next;

    @Setup
    public void generate() {
        spans = new W1Generator(W1Generator.SEED).spans(SPANS);
        if (strings.equals("fresh")) {
            spans = spans.stream().map(W1Span::withOwnStrings).toList();
        }
        System.gc(); // a draft lives long, and G1 makes storing a reference into an old object dearer
    }

    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public void fill(Blackhole hole) {
        int first = first();
        for (int i = 0; i < BLOCK_SPANS; i++) {
            slabs.fill(draft, spans.get(first + i), resources);
            hole.consume(draft);
        }
    }

    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public Memory encode() {
        return slabs.build(builder, draft, spans, first(), resources);
    }

    private int first() {
        next = next + BLOCK_SPANS & SPANS - 1;
        return next;
    }
}
