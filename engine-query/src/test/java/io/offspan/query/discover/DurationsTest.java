package io.offspan.query.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DurationsTest {
    private static final double[] SHARES = {0.01, 0.5, 0.95, 0.99, 1};
    private static final double ERROR = 1.0 / 256;

    private static long[] random(Random random, int count) {
        return random.longs(count).map(bits -> bits >>> 1 + random.nextInt(62)).toArray();
    }

    private static Durations of(long... nanos) {
        Durations durations = new Durations();
        Arrays.stream(nanos).forEach(each -> durations.add(each, 1));
        return durations;
    }

    @Test
    void quantilesAreThoseOfTheSortedDurationsButForAStep() {
        for (int seed = 0; seed < 200; seed++) {
            long[] nanos = random(new Random(seed), 1 + seed * 7);
            Durations durations = of(nanos);
            Arrays.sort(nanos);
            for (double share : SHARES) {
                long exact = nanos[Math.max(1, (int) Math.ceil(share * nanos.length)) - 1];
                long found = durations.quantile(share);
                assertThat(Math.abs(found - exact))
                        .as("seed %d share %s: %d for %d", seed, share, found, exact)
                        .isLessThanOrEqualTo((long) (exact * ERROR));
            }
        }
    }

    @Test
    void shortDurationsAreExact() {
        for (int nanos = 0; nanos < 256; nanos++) {
            assertThat(of(nanos).quantile(0.5)).isEqualTo(nanos);
        }
        assertThat(of(Long.MAX_VALUE).quantile(1)).isPositive();
    }

    @Test
    void whatIsTakenAwayIsAsIfItHadNeverBeenThere() {
        Random random = new Random(1);
        long[] stay = random(random, 300);
        Durations rest = of(stay);
        Durations sum = of(stay);
        Durations more = of(random(random, 500));
        sum.add(more, 1);
        sum.add(more, -1);
        assertThat(sum.latency()).isEqualTo(rest.latency());
        sum.add(rest, -1);
        assertThat(sum.latency()).isEqualTo(new Latency(Latency.UNKNOWN, Latency.UNKNOWN, Latency.UNKNOWN));
    }
}
