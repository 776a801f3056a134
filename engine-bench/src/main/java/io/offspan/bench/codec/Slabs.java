package io.offspan.bench.codec;

import io.offspan.bench.w1.W1Drafts;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import java.util.List;

/** As many slabs as a store has by default, in anonymous memory, to be filled one after the other. */
public final class Slabs {
    /** Spans of a block. */
    public static final int BLOCK_SPANS = 512;

    /** Resources of the workload. */
    private static final int SERVICES = 40;

    public static final int COUNT = 64;
    public static final int BYTES = 256 * 1024;
    public static final int MAX_SPAN_BYTES = 64 * 1024;
    public static final SlabLayout LAYOUT = new SlabLayout(BYTES, BLOCK_SPANS, 4096);

    private final Memory all = Memory.allocate(COUNT * BYTES);
    private final Memory[] slabs = new Memory[COUNT];
    private final W1Drafts drafts = new W1Drafts();
    private int next;

    public Slabs() {
        for (int i = 0; i < COUNT; i++) {
            slabs[i] = new Memory().wrap(all, (long) i * BYTES, BYTES);
        }
    }

    /** Returns the next slab, after the last one the first. */
    public Memory next() {
        return slabs[next++ & COUNT - 1];
    }

    /** Fills a draft the way a host does that has as many resources as {@code services}. */
    public void fill(SpanDraft draft, W1Span span, int services) {
        drafts.fill(draft, span, services);
    }

    /** Builds a full block of {@code BLOCK_SPANS} spans in the next slab, committing each span. */
    public Memory build(BlockBuilder builder, SpanDraft draft, List<W1Span> spans, int first, int services) {
        Memory slab = next();
        long word = SlabLayout.word(1, 1, SlabLayout.OPEN, 0);
        slab.putLongRelease(SlabLayout.WORD_OFFSET, word);
        builder.start(slab, LAYOUT);
        for (int i = 0; i < BLOCK_SPANS; i++) {
            drafts.fill(draft, spans.get(first + i), services);
            if (builder.add(draft) != BlockBuilder.ADDED) {
                throw new IllegalStateException("Span " + i + " does not fit into a slab of " + BYTES + " bytes");
            }
            slab.putLongRelease(SlabLayout.WORD_OFFSET, ++word);
        }
        return slab;
    }

    /** Builds the spans into closed blocks, each in memory of its own, as the log holds them. */
    public Memory[] blocks(List<W1Span> spans) {
        BlockBuilder builder = new BlockBuilder(MAX_SPAN_BYTES);
        BlockGather gather = new BlockGather(BYTES);
        SpanDraft draft = new SpanDraft();
        Memory[] blocks = new Memory[spans.size() / BLOCK_SPANS];
        for (int b = -1; b < blocks.length; b++) { // the first block only teaches the builder which keys repeat
            Memory slab = build(builder, draft, spans, Math.max(b, 0) * BLOCK_SPANS, SERVICES);
            int bytes = gather.gather(slab, LAYOUT, 0, BLOCK_SPANS);
            gather.close(b + 1, 0, 0, 0);
            if (b >= 0) {
                blocks[b] = Memory.allocate(bytes);
                blocks[b].putBytes(0, gather.memory(), 0, bytes);
            }
        }
        return blocks;
    }
}
