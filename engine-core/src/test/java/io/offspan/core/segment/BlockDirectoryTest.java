package io.offspan.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.Memory;
import java.util.Random;
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
}
