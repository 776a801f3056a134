package io.offspan.sample.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.sample.trace.TraceFacts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares that follow the load, by a clock of the test. */
class AdaptiveTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int WINDOW_SECONDS = 10;
    private static final int SPANS = 3;

    /** A trace with nothing but an id and spans. */
    private record Known(long traceIdLow, long spans) implements TraceFacts {
        @Override
        public long traceIdHigh() {
            return 0;
        }

        @Override
        public long startNanos() {
            return 0;
        }

        @Override
        public long endNanos() {
            return 0;
        }

        @Override
        public long randomness() {
            return traceIdLow & (1L << 56) - 1;
        }

        @Override
        public boolean meets(int condition) {
            return false;
        }
    }

    /** A judge with a load of its own, window after window. */
    private static final class Load {
        private final Judge judge;
        private final Random ids;
        private long window;

        Load(double perSecond, boolean ofSpans, long seed) {
            judge = new Adaptive(perSecond, ofSpans, WINDOW_SECONDS * SECOND).judge();
            ids = new Random(seed);
        }

        /** Offers so many traces evenly over the next window, and returns the ids of those that are kept. */
        List<Long> offer(int traces) {
            List<Long> kept = new ArrayList<>();
            long start = window++ * WINDOW_SECONDS * SECOND;
            for (int i = 0; i < traces; i++) {
                long id = ids.nextLong();
                long at = start + i * WINDOW_SECONDS * SECOND / traces;
                if (judge.judge(new Known(id, SPANS), at) == Verdict.KEEP) {
                    kept.add(id);
                }
            }
            return kept;
        }
    }

    /** Steps of ten times the load, up and down: within a tenth of the target after 15 windows, measured over the next eight. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theTargetIsMetWithinFifteenWindowsOfEachStep(boolean ofSpans) {
        int perSecond = 200;
        Load load = new Load(perSecond * (ofSpans ? SPANS : 1), ofSpans, 7);
        for (int traces : new int[] {4_000, 40_000, 4_000, 40_000}) {
            for (int i = 0; i < 15; i++) {
                load.offer(traces);
            }
            double kept = 0;
            for (int i = 0; i < 8; i++) {
                kept += load.offer(traces).size();
            }
            assertThat(kept / 8 / WINDOW_SECONDS / perSecond)
                    .as("kept of what is wanted at %d traces a window", traces)
                    .isBetween(0.9, 1.1);
        }
    }

    /** After a window that leaves one in 500 there is room for five, which the share reaches step by step. */
    @Test
    void theShareGrowsByAFifthAWindow() {
        Load load = new Load(100, false, 1);
        load.offer(500_000);
        double share = 1.0 / 500;
        for (int i = 0; i < 8; i++) {
            double kept = load.offer(100_000).size() / 100_000.0;
            assertThat(kept / share).as("share of window %d", i).isBetween(0.75, 1.25);
            share *= 1.2;
        }
    }

    @Test
    void allIsKeptWhileThatIsNotTooMuchAndNeverLessThanOneInAThousand() {
        Load calm = new Load(1_000_000, true, 3);
        for (int i = 0; i < 20; i++) {
            assertThat(calm.offer(200)).hasSize(200);
        }
        Load flooded = new Load(0.001, false, 3);
        flooded.offer(100_000);
        assertThat(flooded.offer(100_000).size()).isBetween(50, 160);
    }

    @Test
    void aLongSilenceLetsAllThroughAgain() {
        Load load = new Load(1, false, 5);
        load.offer(10_000);
        load.window += 1_000;
        assertThat(load.offer(10)).hasSize(10);
    }

    /** Two processes see the same traces, one of them many more: what the busy one keeps, the other keeps, too. */
    @Test
    void whoKeepsMoreKeepsAllThatOthersKeep() {
        Load calm = new Load(50, false, 11);
        Load busy = new Load(5, false, 11);
        for (int i = 0; i < 20; i++) {
            Set<Long> more = new HashSet<>(calm.offer(2_000));
            List<Long> less = busy.offer(2_000);
            assertThat(more).containsAll(less);
            assertThat(less).isNotEmpty();
        }
    }
}
