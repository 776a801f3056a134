package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefaultBudgetTest {
    private static final long MIB = 1L << 20;

    private static long budget(long free, long own) {
        return StoreConfig.defaults().effective(free * MIB, own * MIB).budgetBytes() / MIB;
    }

    @Test
    void takesATenthOfWhatIsFreeBetween64MiBAnd1GiB() {
        assertThat(budget(100, 0)).isEqualTo(64);
        assertThat(budget(2_000, 0)).isEqualTo(200);
        assertThat(budget(1_000_000, 0)).isEqualTo(1_024);
    }

    @Test
    void aRestartOnAFullerDiskTakesNothingFromTheStore() {
        assertThat(budget(500, 199)).isGreaterThanOrEqualTo(199);
        assertThat(budget(0, 900)).isGreaterThanOrEqualTo(900);
        assertThat(budget(0, 5_000)).isEqualTo(1_024);
    }

    @Test
    void whatTheStoreHasIsNoReasonToTakeLess() {
        assertThat(budget(1_800, 200)).isEqualTo(208);
        assertThat(budget(3_800, 200)).isEqualTo(400);
    }

    @Test
    void aBudgetThatIsSetStaysAsItIs() {
        StoreConfig set = StoreConfig.builder().budgetBytes(70 * MIB).build();
        assertThat(set.effective(0, 500 * MIB).budgetBytes()).isEqualTo(70 * MIB);
    }
}
