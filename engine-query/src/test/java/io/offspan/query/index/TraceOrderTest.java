package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TraceOrderTest {
    @Test
    void tracesAscendAsSignedNumbersAlsoWhereTheyHardlyDiffer() {
        Random random = new Random(3);
        long[] traces = random.longs(3_000).toArray();
        for (int i = 0; i < traces.length; i += 3) {
            traces[i] = traces[i + 1] + i - 1_000;
        }
        TraceOrder order = new TraceOrder(traces.length);
        for (int i = 0; i < traces.length; i++) {
            order.add(traces[i], i);
        }
        order.sort();
        long[] sorted = traces.clone();
        Arrays.sort(sorted);
        assertThat(order.count()).isEqualTo(traces.length);
        for (int i = 0; i < traces.length; i++) {
            assertThat(order.trace(i)).isEqualTo(sorted[i]);
            assertThat(traces[order.first(i)]).isEqualTo(sorted[i]);
        }
    }
}
