package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TraceGroupTest {
    private static final int TRACES = 2_000;

    private final Random random = new Random(7);

    @Test
    void neverLeavesOutASegmentThatHasTheTraceAndSeldomLeavesInAnother() {
        TraceGroup group = new TraceGroup(TRACES);
        long[][] traces = new long[TraceGroup.SEGMENTS][TRACES];
        for (int segment = 0; segment < traces.length; segment++) {
            for (int i = 0; i < TRACES; i++) {
                traces[segment][i] = TraceGroup.mixed(random.nextLong(), i);
                group.add(segment, traces[segment][i]);
            }
            group.complete(segment);
        }
        long wrong = 0;
        for (int segment = 0; segment < traces.length; segment++) {
            for (long trace : traces[segment]) {
                long with = ~group.without(trace);
                assertThat(with >>> segment & 1).isEqualTo(1);
                wrong += Long.bitCount(with) - 1;
            }
        }
        assertThat(wrong)
                .as("of %d", TRACES * TraceGroup.SEGMENTS * TraceGroup.SEGMENTS)
                .isLessThan((long) TRACES * TraceGroup.SEGMENTS * TraceGroup.SEGMENTS / 100);
    }

    @Test
    void aSegmentThatIsNotCompleteMayHaveEveryTrace() {
        TraceGroup group = new TraceGroup(TRACES);
        group.add(3, 17);
        assertThat(group.knows(3)).isFalse();
        assertThat(group.without(18)).isZero();
        group.complete(3);
        assertThat(group.knows(3)).isTrue();
        assertThat(group.without(17)).isZero();
        assertThat(group.without(18L << 32 | 99)).isEqualTo(1L << 3);
        group.complete(63);
        assertThat(group.without(17)).isEqualTo(1L << 63);
    }

    @Test
    void isAsLargeAsItsTracesNeed() {
        TraceGroup group = new TraceGroup(TRACES);
        assertThat(group.fits(TRACES)).isTrue();
        assertThat(group.fits(10 * TRACES)).isFalse();
        assertThat(group.bytes()).isEqualTo(TraceGroup.bytesFor(TRACES));
        assertThat(group.bytes()).isBetween(8L * 8 * TRACES, 8L * 32 * TRACES);
        assertThat(new TraceGroup(0).fits(1)).isTrue();
        assertThat(new TraceGroup(TraceGroup.MOST_TRACES).fits(TraceGroup.MOST_TRACES))
                .isTrue();
        assertThat(new TraceGroup(TraceGroup.MOST_TRACES).fits(TraceGroup.MOST_TRACES + 1))
                .isFalse();
    }
}
