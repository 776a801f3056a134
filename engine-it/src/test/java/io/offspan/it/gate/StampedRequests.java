package io.offspan.it.gate;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;

/**
 * Encodes {@link StampedSpan}s as OTLP requests.
 *
 * <p><b>Threads.</b> One.
 */
public final class StampedRequests {
    private static final int SLAB_BYTES = 1 << 20;
    private static final int MOST_SPANS = 64;

    private final SlabLayout layout = new SlabLayout(SLAB_BYTES, MOST_SPANS, 1024);
    private final Memory slab = Memory.allocate(SLAB_BYTES);
    private final BlockBuilder builder = new BlockBuilder(SLAB_BYTES);
    private final OtlpWriter writer = new OtlpWriter();

    /** Returns a request of {@code count} spans of a writer, with the numbers from {@code first} on. */
    public byte[] of(StampedSpan span, SpanDraft draft, int of, long first, int count) {
        builder.start(slab, layout);
        for (int i = 0; i < count; i++) {
            span.fill(draft, of, first + i);
            if (builder.add(draft) != BlockBuilder.ADDED) {
                throw new IllegalStateException("No room for span " + i + " of " + count);
            }
        }
        return writer.writeRequest(new BlockReader().wrapSlab(slab, layout, count), 0, count)
                .toByteArray();
    }
}
