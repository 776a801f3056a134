package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.query.TestBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers beside the writer: every block has the same spans, so what a view has to find is a multiple of its blocks. */
@Timeout(180)
class LiveIndexReadersTest {
    private static final int SPANS_A_BLOCK = 210;
    private static final int BLOCKS_A_CHUNK = 6;
    private static final int CHUNKS = 250;

    @Test
    void everyViewFindsWhatItsBlocksHaveWhileChunksComeAndGo() throws Exception {
        LiveIndex index = new LiveIndex(new PagePool(), 256 << 20);
        AtomicBoolean written = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        List<Future<Integer>> views = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            boolean mirrored = i == 1;
            Callable<Integer> reader = () -> {
                int opened = 0;
                do {
                    requireView(index, mirrored);
                    opened++;
                } while (!written.get());
                return opened;
            };
            views.add(readers.submit(reader));
        }
        BlockReader block = block();
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            for (int i = 0; i < BLOCKS_A_CHUNK; i++) {
                int first = (chunk << LiveIndex.CHUNK_BITS) + i * SPANS_A_BLOCK;
                assertThat(index.add(first, block)).isTrue();
            }
        }
        written.set(true);
        for (Future<Integer> view : views) {
            assertThat(view.get()).isPositive();
        }
        readers.shutdown();
        try (LiveView last = new LiveView().open(index)) {
            assertThat(last.blocks()).isEqualTo(CHUNKS * BLOCKS_A_CHUNK);
        }
        requireView(index, true);
    }

    private static void requireView(LiveIndex index, boolean mirrored) {
        Postings names = new Postings();
        Postings values = new Postings();
        TraceSpans trace = new TraceSpans();
        try (LiveView view = new LiveView().open(index)) {
            int blocks = view.blocks();
            view.lookup(Term.of(Scope.NAME, "", "n3"), mirrored, names);
            assertThat(names.count()).isEqualTo(blocks * SPANS_A_BLOCK / 5L);
            view.lookup(Term.of(Scope.SPAN, "k", 17), mirrored, values);
            assertThat(values.countInCommon(names)).isZero();
            assertThat(values.count()).isEqualTo(blocks);
            int found = 0;
            for (int at = values.next(); at != Ordinals.NONE; at = values.next()) {
                int ordinal = mirrored ? Ordinals.mirrored(view.indexed(), at) : at;
                assertThat((ordinal & Container.SPAN - 1) % SPANS_A_BLOCK).isEqualTo(17);
                found++;
            }
            assertThat(found).isEqualTo(blocks);
            view.trace(1, 5, mirrored, trace);
            assertThat(trace.cost()).isEqualTo(blocks * SPANS_A_BLOCK / 7L);
        }
    }

    private static BlockReader block() {
        TestBlocks blocks = new TestBlocks(SPANS_A_BLOCK);
        for (int i = 0; i < SPANS_A_BLOCK; i++) {
            int number = i;
            blocks.add(span -> span.ids(1, number % 7, 1).name("n" + number % 5).attribute("k", (long) number));
        }
        return blocks.readers().get(0);
    }
}
