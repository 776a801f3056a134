package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.offspan.query.scan.BlockSource;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Blocks built as the store builds them, walked from the newest to the oldest. */
final class TestBlocks {
    private static final int SLAB_BYTES = 2 << 20;

    private final SlabLayout layout;
    private final Memory slab = Memory.allocate(SLAB_BYTES);
    private final BlockBuilder builder = new BlockBuilder(SLAB_BYTES);
    private final BlockGather gather = new BlockGather(SLAB_BYTES);
    private final SpanDraft draft = new SpanDraft();
    private final List<Memory> blocks = new ArrayList<>();
    private long ordinal;

    TestBlocks(int spansPerBlock) {
        layout = new SlabLayout(SLAB_BYTES, spansPerBlock, 20_000);
        builder.start(slab, layout);
    }

    static TestBlocks of(Iterable<ExportTraceServiceRequest> requests, int spansPerBlock) {
        TestBlocks blocks = new TestBlocks(spansPerBlock);
        OtlpReader reader = new OtlpReader();
        for (ExportTraceServiceRequest request : requests) {
            byte[] bytes = request.toByteArray();
            reader.wrap(bytes, 0, bytes.length);
            while (reader.nextSpan(blocks.draft)) {
                blocks.add();
            }
        }
        return blocks;
    }

    /** Adds a span that the caller fills in; it starts with ids of one and otherwise empty. */
    TestBlocks add(Consumer<SpanDraft> fill) {
        fill.accept(draft.clear().ids(1, 1, 1));
        add();
        return this;
    }

    /** Ends the block, so that the next span starts another. */
    TestBlocks endBlock() {
        if (builder.count() > 0) {
            int length = gather.gather(slab, layout, 0, builder.count());
            assertThat(length).isPositive();
            gather.close(blocks.size(), 0, Math.toIntExact(ordinal), 0);
            ordinal += builder.count();
            Memory block = Memory.allocate(length);
            block.putBytes(0, gather.memory(), 0, length);
            blocks.add(block);
            builder.start(slab, layout);
        }
        return this;
    }

    private void add() {
        if (builder.add(draft) != BlockBuilder.ADDED) {
            endBlock();
            assertThat(builder.add(draft)).isEqualTo(BlockBuilder.ADDED);
        }
    }

    int count() {
        endBlock();
        return blocks.size();
    }

    Walk walk() {
        endBlock();
        return new Walk();
    }

    /** One walk, of which one block may be called damaged. */
    final class Walk implements BlockSource {
        private final BlockReader reader = new BlockReader();
        private int at = blocks.size();
        private int damaged = -1;
        private boolean closed;

        Walk damaged(int block) {
            damaged = block;
            return this;
        }

        @Override
        public boolean next() {
            return --at >= 0;
        }

        @Override
        public int segmentNumber() {
            return 0;
        }

        @Override
        public long firstOrdinal() {
            return header(BlockLayout.FIRST_ORDINAL_OFFSET) & 0xffff_ffffL;
        }

        @Override
        public @Nullable BlockReader open() {
            if (at == damaged) {
                return null;
            }
            return reader.wrap(blocks.get(at), 0);
        }

        @Override
        public long unreachable() {
            return 0;
        }

        @Override
        public void rewind() {
            at = blocks.size();
        }

        @Override
        public void close() {
            closed = true;
        }

        boolean isClosed() {
            return closed;
        }

        @Override
        public long minStartNanos() {
            return header(BlockLayout.MIN_START_OFFSET);
        }

        @Override
        public long maxStartNanos() {
            return header(BlockLayout.MAX_START_OFFSET);
        }

        @Override
        public long minEndNanos() {
            return header(BlockLayout.MIN_END_OFFSET);
        }

        @Override
        public long maxEndNanos() {
            return header(BlockLayout.MAX_END_OFFSET);
        }

        @Override
        public long minDurationNanos() {
            return header(BlockLayout.MIN_DURATION_OFFSET);
        }

        @Override
        public long maxDurationNanos() {
            return header(BlockLayout.MAX_DURATION_OFFSET);
        }

        private long header(int offset) {
            return blocks.get(at).getLong(offset);
        }
    }
}
