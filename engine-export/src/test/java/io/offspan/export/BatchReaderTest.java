package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.offspan.core.SpanStore;
import io.offspan.core.value.Position;
import io.offspan.export.batch.Batch;
import io.offspan.export.batch.BatchReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans of the log made into requests, by themselves. */
class BatchReaderTest {
    private static final int SPANS = 20_000;

    @TempDir
    Path temporary;

    @Test
    void transcodingLeavesNoGarbageForASpan() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (SpanStore store = TestSpans.open(temporary.resolve("store"))) {
            TestSpans.append(store, 1, SPANS);
            Batch batch = new Batch();
            long bytes = Long.MAX_VALUE;
            long blocks = 0;
            // The first passes let buffers grow, check every block once and are compiled.
            for (int pass = 0; pass < 20 && bytes >= 256 * blocks; pass++) {
                try (BatchReader log = new BatchReader(store.reader(), 1_000_000, Position.START)) {
                    log.fill(batch);
                    blocks = store.reader().stats().blocks();
                    long before = threads.getCurrentThreadAllocatedBytes();
                    long spans = batch.spans();
                    while (log.fill(batch)) {
                        spans += batch.spans();
                    }
                    bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
                    assertThat(spans).isEqualTo(SPANS);
                }
            }
            System.out.printf("transcoding: %.1f bytes allocated a block of up to 64 spans%n", (double) bytes / blocks);
            // The place of each block in the log, and a follower for each request.
            assertThat(bytes).isLessThan(256 * blocks);
        }
    }
}
