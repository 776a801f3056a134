package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** After warm-up, counting leaves nothing to the garbage collector for each span, whatever it calculates. */
class CountAllocationTest {
    private static final int SPANS = 4_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void countingAllocatesNothingForASpan() {
        long seed = System.nanoTime();
        List<String> queries = List.of(
                "{ duration * 2 > span.a + 1 || .b / 3 = event.c || -span.c ^ 2 < 9 }",
                "{ span:id = span:parentID || link:traceID != trace:id || event:timeSinceStart + 1 < duration }",
                "{ .a = resource.b || instrumentation:name < name || event.a != .b }");
        TestBlocks few = TestBlocks.of(new RandomSpans(new Random(seed)).requests(SPANS), 500);
        for (String query : queries) {
            PreparedQuery prepared = new QueryEngine(few::leaves).prepare(Query.traceQl(query));
            long least = Long.MAX_VALUE;
            long matched = 0;
            for (int round = 0; round < 60 && least > 0; round++) {
                long before =
                        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                matched = prepared.count();
                long after =
                        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                least = Math.min(least, after - before);
            }
            assertThat(matched).isPositive();
            assertThat(least)
                    .as("bytes for %d spans in %d blocks by %s, seed %d", SPANS, few.count(), query, seed)
                    .isLessThan(SPANS / 10);
        }
    }
}
