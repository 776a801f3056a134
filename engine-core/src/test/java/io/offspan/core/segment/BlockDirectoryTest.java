package io.offspan.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.Memory;
import io.offspan.core.value.SpanStoreException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BlockDirectoryTest {
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void theBlockOfAnOrdinalIsFoundHoweverUnlikeTheBlocksAre() {
        Memory header = Memory.allocate(BlockLayout.HEADER_BYTES);
        for (int round = 0; round < 50; round++) {
            BlockDirectory directory = new BlockDirectory();
            int blocks = random.nextInt(200);
            int most = 1 << random.nextInt(12);
            for (int row = 0; row < blocks; row++) {
                // Most blocks are alike; here and there are long rows of small ones.
                directory.addOpen(header, 0, row * 7 % 50 < 10 ? 1 : 1 + random.nextInt(most));
            }
            for (int row = 0; row < blocks; row++) {
                int first = directory.firstOrdinal(row);
                assertThat(directory.rowOf(first)).as("seed %d", seed).isEqualTo(row);
                assertThat(directory.rowOf(first + directory.spanCount(row) - 1))
                        .as("seed %d", seed)
                        .isEqualTo(row);
            }
            assertThat(directory.rowOf(directory.endOrdinal())).isEqualTo(-1);
            assertThat(directory.rowOf(-1)).isEqualTo(-1);
            assertThat(directory.rowOf(Integer.MAX_VALUE)).isEqualTo(-1);
            assertThat(directory.rowOf(Integer.MIN_VALUE)).isEqualTo(-1);
        }
    }

    @Test
    void whereThereIsNoDirectMemoryABlockIsRefusedByNameAndTakenLater() {
        Memory header = Memory.allocate(BlockLayout.HEADER_BYTES);
        AtomicBoolean none = new AtomicBoolean();
        BlockDirectory directory = new BlockDirectory(bytes -> {
            if (none.get()) {
                throw new OutOfMemoryError("Cannot reserve " + bytes + " bytes of direct buffer memory");
            }
            return Memory.allocate(bytes);
        });
        int before = 64;
        for (int row = 0; row < before; row++) {
            directory.addOpen(header, 0, 10);
        }
        none.set(true);
        assertThatThrownBy(() -> directory.addOpen(header, 0, 10))
                .isInstanceOf(SpanStoreException.class)
                .hasMessageContaining("direct memory")
                .hasMessageContaining("raise -XX:MaxDirectMemorySize");
        assertThatThrownBy(() -> directory.makeRoom(1)).isInstanceOf(SpanStoreException.class);
        assertThat(directory.count()).isEqualTo(before);
        assertThat(directory.endOrdinal()).isEqualTo(10 * before);
        none.set(false);
        directory.makeRoom(1_000);
        none.set(true);
        for (int row = before; row < before + 1_000; row++) {
            directory.addOpen(header, 0, 10);
        }
        assertThat(directory.endOrdinal()).isEqualTo(10 * (before + 1_000));
    }
}
