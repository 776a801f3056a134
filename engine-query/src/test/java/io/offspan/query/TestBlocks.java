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
import io.offspan.core.Leaf;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.Segment;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.scan.Leaves;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Blocks built as the store builds them, searched as one leaf. */
public final class TestBlocks {
    private static final int SLAB_BYTES = 2 << 20;

    private final SlabLayout layout;
    private final Memory slab = Memory.allocate(SLAB_BYTES);
    private final BlockBuilder builder = new BlockBuilder(SLAB_BYTES);
    private final BlockGather gather = new BlockGather(SLAB_BYTES);
    private final SpanDraft draft = new SpanDraft();
    private final List<Memory> blocks = new ArrayList<>();
    private long ordinal;

    public TestBlocks(int spansPerBlock) {
        layout = new SlabLayout(SLAB_BYTES, spansPerBlock, 20_000);
        builder.start(slab, layout);
    }

    public static TestBlocks of(Iterable<ExportTraceServiceRequest> requests, int spansPerBlock) {
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
    public TestBlocks add(Consumer<SpanDraft> fill) {
        fill.accept(draft.clear().ids(1, 1, 1));
        add();
        return this;
    }

    /** Ends the block, so that the next span starts another. */
    public TestBlocks endBlock() {
        if (builder.count() > 0) {
            int length = gather.gather(slab, layout, 0, builder.count());
            assertThat(length).isPositive();
            gather.close(blocks.size(), 0, Math.toIntExact(ordinal), 0);
            ordinal += builder.count();
            Memory block = Memory.allocate(length);
            block.putBytes(0, gather.memory(), 0, length);
            // Each block is as from a slab of its own.
            block.putLong(BlockLayout.GENERATION_OFFSET, blocks.size());
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

    /** Returns a reader for each block, the oldest first; each begins where the one before ends. */
    public List<BlockReader> readers() {
        endBlock();
        return blocks.stream().map(block -> new BlockReader().wrap(block, 0)).toList();
    }

    TestLeaves leaves() {
        return leaves(null);
    }

    /** Returns the blocks as one leaf with an index. */
    TestLeaves leaves(@Nullable LeafIndex index) {
        endBlock();
        return new TestLeaves(index);
    }

    /** The blocks as one leaf, of which one block may be called damaged. */
    final class TestLeaves implements Leaves, Leaf {
        private final @Nullable LeafIndex index;
        private final BlockDirectory directory = new BlockDirectory();
        private int damaged = -1;
        private boolean closed = true;
        private Runnable onOpen = () -> {};

        private TestLeaves(@Nullable LeafIndex index) {
            this.index = index;
            for (Memory block : blocks) {
                directory.addOpen(block, 0, block.getInt(BlockLayout.SPAN_COUNT_OFFSET));
            }
        }

        TestLeaves damaged(int block) {
            damaged = block;
            return this;
        }

        /** Does something whenever a block is opened. */
        TestLeaves watched(Runnable action) {
            onOpen = action;
            return this;
        }

        @Override
        public void renew() {
            closed = false;
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public Leaf leaf(int number) {
            assertThat(closed).isFalse();
            return this;
        }

        @Override
        public @Nullable LeafIndex index(int number) {
            return index;
        }

        @Override
        public int unreachable() {
            return 0;
        }

        @Override
        public void close() {
            closed = true;
        }

        boolean isClosed() {
            return closed;
        }

        @Override
        public boolean isOpenSlabs() {
            return false;
        }

        @Override
        public int segmentNumber() {
            return 0;
        }

        @Override
        public long segmentId() {
            return 0;
        }

        @Override
        public int blocks() {
            return blocks.size();
        }

        @Override
        public BlockDirectory directory() {
            return directory;
        }

        @Override
        public @Nullable Segment segment() {
            return null;
        }

        @Override
        public boolean open(int block, BlockReader into) {
            onOpen.run();
            if (block == damaged) {
                return false;
            }
            into.wrap(blocks.get(block), 0);
            return true;
        }
    }
}
