package io.offspan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.SpanCopier;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.List;

/** Takes spans through slab and block and back to OTLP bytes, every way there is. */
final class Passage {
    /** Where the spans lie when they are written out. */
    enum Way {
        SLAB,
        BLOCK,
        PARTIAL_BLOCKS,
        ONE_BY_ONE,
        COPIED
    }

    static final int SLAB_BYTES = 4 << 20;

    private final SlabLayout layout = new SlabLayout(SLAB_BYTES, 1024, 20_000);
    private final Memory slab = Memory.allocate(SLAB_BYTES);
    private final BlockBuilder builder = new BlockBuilder(SLAB_BYTES);
    private final BlockGather gather = new BlockGather(SLAB_BYTES);
    private final BlockReader reader = new BlockReader();
    private final OtlpReader otlp = new OtlpReader();
    private final OtlpWriter writer = new OtlpWriter();
    private final SpanDraft draft = new SpanDraft();
    private final List<FormatException> refused = new ArrayList<>();

    /** Reads a request, starting slabs as needed, and returns what each slab gives back. */
    List<byte[]> through(byte[] request, Way way) {
        List<byte[]> requests = new ArrayList<>();
        refused.clear();
        byte[] shifted = new byte[request.length + 7];
        System.arraycopy(request, 0, shifted, 3, request.length);
        otlp.wrap(shifted, 3, request.length);
        builder.start(slab, layout);
        while (next()) {
            if (builder.add(draft) != BlockBuilder.ADDED) {
                requests.addAll(out(way));
                builder.start(slab, layout);
                assertThat(builder.add(draft))
                        .as("room for the span in an empty slab")
                        .isEqualTo(BlockBuilder.ADDED);
            }
        }
        requests.addAll(out(way));
        return requests;
    }

    /** The multiset of spans that comes out of {@link #through}. */
    SpanBag bag(byte[] request, Way way) {
        SpanBag bag = new SpanBag();
        for (byte[] out : through(request, way)) {
            bag.add(parse(out));
        }
        return bag;
    }

    /** Builds a slab from drafts that the caller fills. */
    BlockBuilder start() {
        builder.start(slab, layout);
        return builder;
    }

    /** Returns what refused spans of the last request were refused for. */
    List<FormatException> refused() {
        return refused;
    }

    OtlpReader otlp() {
        return otlp;
    }

    private boolean next() {
        while (true) {
            try {
                return otlp.nextSpan(draft);
            } catch (FormatException e) {
                refused.add(e);
            }
        }
    }

    /** Writes out the spans that the slab holds. */
    List<byte[]> out(Way way) {
        int count = builder.count();
        List<byte[]> requests = new ArrayList<>();
        if (count == 0) {
            return requests;
        }
        switch (way) {
            case SLAB -> {
                reader.wrapSlab(slab, layout, count);
                requests.add(writer.writeRequest(reader, 0, count).toByteArray());
            }
            case BLOCK -> requests.add(block(0, count));
            case PARTIAL_BLOCKS -> {
                int step = Math.max(1, count / 3);
                for (int from = 0; from < count; from += step) {
                    requests.add(block(from, Math.min(count, from + step)));
                }
            }
            case ONE_BY_ONE -> {
                gather(0, count);
                writer.begin();
                for (int i = count - 1; i >= 0; i--) {
                    writer.add(reader.span(i));
                }
                requests.add(writer.end().toByteArray());
            }
            case COPIED -> {
                gather(0, count);
                copyAgain(count, requests);
            }
        }
        return requests;
    }

    /** Stores copies of the gathered spans in slabs of their own. */
    private void copyAgain(int count, List<byte[]> requests) {
        SpanCopier copier = new SpanCopier();
        BlockReader original = new BlockReader().wrap(reader);
        Memory room = Memory.allocate(SLAB_BYTES);
        BlockBuilder copies = new BlockBuilder(SLAB_BYTES);
        copies.start(room, layout);
        for (int i = 0; i < count; i++) {
            copier.copy(original.span(i), draft);
            if (copies.add(draft) != BlockBuilder.ADDED) {
                requests.add(written(room, copies.count()));
                copies.start(room, layout);
                assertThat(copies.add(draft))
                        .as("room for the copy in an empty slab")
                        .isEqualTo(BlockBuilder.ADDED);
            }
        }
        requests.add(written(room, copies.count()));
    }

    private byte[] written(Memory room, int count) {
        return writer.writeRequest(reader.wrapSlab(room, layout, count), 0, count)
                .toByteArray();
    }

    private byte[] block(int from, int to) {
        gather(from, to);
        return writer.writeRequest(reader, 0, to - from).toByteArray();
    }

    private void gather(int from, int to) {
        int length = gather.gather(slab, layout, from, to);
        assertThat(length).as("gathered length").isPositive();
        gather.close(1, 0, 0, 0);
        reader.wrap(gather.memory(), 0);
        for (int i = 0; i < to - from; i++) {
            reader.span(i).validate();
        }
    }

    static ExportTraceServiceRequest parse(byte[] request) {
        try {
            return ExportTraceServiceRequest.parseFrom(request);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("protobuf-java refuses what was written", e);
        }
    }
}
