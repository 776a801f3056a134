package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoughTimeTest {
    private static final long BASE = 1_760_000_000_000_000_000L;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void aLongerDurationNeverHasALesserCode() {
        long[] durations = new long[20_000];
        for (int i = 0; i < durations.length; i++) {
            long end = i % 2 == 0 ? 1L << random.nextInt(63) : random.nextLong() >>> 1 + random.nextInt(63);
            durations[i] = Math.max(0, end - random.nextInt(2));
        }
        durations[0] = Long.MAX_VALUE;
        Arrays.sort(durations);
        for (int i = 1; i < durations.length; i++) {
            assertThat(RoughTime.duration(durations[i]))
                    .as("%d and %d, seed %d", durations[i - 1], durations[i], seed)
                    .isGreaterThanOrEqualTo(RoughTime.duration(durations[i - 1]))
                    .isLessThan(RoughTime.NO_DURATION);
        }
    }

    @Test
    void durationsThatDifferByAThousandthHaveDifferentCodes() {
        for (long nanos = 1; nanos < 1L << 61; nanos += 1 + nanos / 3) {
            assertThat(RoughTime.duration(nanos + 1 + nanos / 500)).isGreaterThan(RoughTime.duration(nanos));
        }
    }

    @Test
    void aLaterStartNeverHasALesserCodeWhateverTheBase() {
        for (int round = 0; round < 200; round++) {
            long base = somewhere();
            Long[] starts = new Long[200];
            Arrays.setAll(starts, i -> i % 2 == 0 ? somewhere() : base + random.nextInt(1 << 20) - (1 << 19));
            Arrays.sort(starts, Long::compareUnsigned);
            for (int i = 1; i < starts.length; i++) {
                assertThat(RoughTime.start(starts[i], base))
                        .as("%d and %d from %d, seed %d", starts[i - 1], starts[i], base, seed)
                        .isGreaterThanOrEqualTo(RoughTime.start(starts[i - 1], base));
            }
        }
    }

    @Test
    void aStartHalfAnHourAwayIsToldToTheMicrosecond() {
        long halfAnHour = 1_800_000_000_000L;
        assertThat(RoughTime.start(BASE - halfAnHour, BASE)).isGreaterThan(RoughTime.FAR);
        assertThat(RoughTime.start(BASE + halfAnHour, BASE)).isLessThan(Integer.MAX_VALUE);
        assertThat(RoughTime.start(BASE + halfAnHour + 1024, BASE))
                .isEqualTo(RoughTime.start(BASE + halfAnHour, BASE) + 1);
    }

    private long somewhere() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(1 << 12) - (1 << 11);
            case 1 -> Long.MAX_VALUE + random.nextInt(1 << 12);
            case 2 -> BASE + random.nextInt();
            default -> random.nextLong();
        };
    }
}
