package io.offspan.sample;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import java.util.List;

/**
 * Spans that come into the log together.
 *
 * @param arrival when
 */
record ModelBlock(long arrival, List<ModelSpan> spans) {
    private static final int BYTES = 1 << 18;

    ModelBlock {
        spans = List.copyOf(spans);
    }

    static ModelBlock of(long arrival, ModelSpan... spans) {
        return new ModelBlock(arrival, List.of(spans));
    }

    /** Returns the spans as a log would show them. */
    BlockReader reader() {
        SlabLayout layout = new SlabLayout(BYTES, 512, 20_000);
        Memory slab = Memory.allocate(BYTES);
        BlockBuilder builder = new BlockBuilder(BYTES);
        builder.start(slab, layout);
        SpanDraft draft = new SpanDraft();
        for (int i = 0; i < spans.size(); i++) {
            spans.get(i).fill(draft, i + 1L);
            if (builder.add(draft) != BlockBuilder.ADDED) {
                throw new AssertionError("The block of a test is too large");
            }
        }
        return new BlockReader().wrapSlab(slab, layout, spans.size());
    }

    /** Shows the spans to a sampler. */
    void show(TailSampler sampler) {
        BlockReader reader = reader();
        sampler.enterBlock(reader, arrival);
        for (int i = 0; i < spans.size(); i++) {
            sampler.take(reader.span(i));
        }
    }
}
