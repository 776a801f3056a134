package io.offspan.otel;

import com.google.protobuf.InvalidProtocolBufferException;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** Keeps spans in a slab, as a store would, and gives them back as OTLP. */
final class RecordingSink implements SpanSink {
    private static final int SLAB_BYTES = 4 << 20;

    private final SlabLayout layout = new SlabLayout(SLAB_BYTES, 4096, 20_000);
    private final Memory slab = Memory.allocate(SLAB_BYTES);
    private final BlockBuilder builder = new BlockBuilder(SLAB_BYTES);

    RecordingSink() {
        builder.start(slab, layout);
    }

    @Override
    public synchronized long append(SpanDraft span) {
        return builder.add(span) == BlockBuilder.ADDED ? 1 : -1;
    }

    synchronized int count() {
        return builder.count();
    }

    synchronized ExportTraceServiceRequest request() {
        BlockReader reader = new BlockReader().wrapSlab(slab, layout, builder.count());
        byte[] request =
                new OtlpWriter().writeRequest(reader, 0, builder.count()).toByteArray();
        try {
            return ExportTraceServiceRequest.parseFrom(request);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("protobuf-java refuses what was written", e);
        }
    }
}
