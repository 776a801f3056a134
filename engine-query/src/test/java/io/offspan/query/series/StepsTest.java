package io.offspan.query.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class StepsTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void aRangeIsWidenedToMultiplesOfTheStepAndOneStepMoreInFront() {
        assertThat(Steps.range(61, 119, 20)).isEqualTo(new Steps(40, 20, 4));
        assertThat(Steps.range(60, 120, 20)).isEqualTo(new Steps(40, 20, 4));
        assertThat(Steps.range(0, 1, 20)).isEqualTo(new Steps(-20, 20, 2));
    }

    @Test
    void anIntervalHasItsEndAndNotItsBeginning() {
        Steps steps = Steps.range(60, 120, 20);
        assertThat(Stream.of(40L, 41L, 60L, 61L, 120L, 121L, -1L, Long.MIN_VALUE)
                        .map(steps::intervalOf))
                .containsExactly(-1, 0, 0, 1, 3, -1, -1, -1);
        Steps all = Steps.instant(0, Long.MAX_VALUE);
        assertThat(all.intervalOf(0)).isEqualTo(-1);
        assertThat(all.intervalOf(Long.MAX_VALUE)).isZero();
        assertThat(Steps.range(0, 1, 20).intervalOf(0)).isZero();
    }

    @Test
    void samplesHaveTheTimesAtWhichIntervalsEnd() {
        Steps steps = Steps.range(5 * SECOND, 7 * SECOND, SECOND);
        assertThat(steps.millis(0)).isEqualTo(5_000);
        assertThat(steps.millis(steps.count() - 1)).isEqualTo(7_000);
        assertThat(Steps.range(0, 1, SECOND / 2).millis(0)).isZero();
    }

    @Test
    void aStepThatNobodyGivesFitsTheRange() {
        assertThat(usual(Duration.ofHours(24))).isEqualTo(Duration.ofMinutes(5));
        assertThat(usual(Duration.ofHours(25))).isEqualTo(Duration.ofMinutes(5));
        assertThat(usual(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(15));
        assertThat(usual(Duration.ofMinutes(10))).isEqualTo(Duration.ofSeconds(2));
        assertThat(usual(Duration.ofMinutes(2))).isEqualTo(Duration.ofSeconds(1));
        assertThat(usual(Duration.ofSeconds(30))).isEqualTo(Duration.ofMillis(100));
        assertThat(usual(Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(50));
        assertThat(Steps.range(0, Long.MAX_VALUE / 2).count()).isBetween(240, 300);
    }

    private static Duration usual(Duration range) {
        return Duration.ofNanos(Steps.range(0, range.toNanos()).stepNanos());
    }

    @Test
    void stepsThatCannotBeAreRefused() {
        refused(() -> Steps.range(0, 10, 0), "longer than 0");
        refused(() -> Steps.range(0, 10, -5), "longer than 0");
        refused(() -> Steps.range(10, 10, 1), "ends after it begins");
        refused(() -> Steps.range(10, 5), "ends after it begins");
        refused(() -> Steps.instant(-5, 5), "within the years 1970 to 2262");
        refused(() -> Steps.instant(5, -5), "from 5 to 18446744073709551611");
        refused(() -> Steps.range(0, 10_000, 1), "10001 intervals; allowed are 1 to 10000");
        refused(() -> Steps.range(0, Long.MAX_VALUE, 1), "intervals; allowed");
        refused(() -> Steps.range(0, Long.MAX_VALUE, Long.MAX_VALUE / 2), "2262");
        refused(() -> new Steps(0, 1, 0), "0 intervals");
        refused(() -> new Steps(1, Long.MAX_VALUE, 1), "2262");
        assertThat(Steps.range(1, 10_000, 1).count()).isEqualTo(10_000);
    }

    private static void refused(ThrowingCallable made, String message) {
        assertThatThrownBy(made)
                .isInstanceOfSatisfying(
                        QueryException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.LIMIT))
                .hasMessageContaining(message);
    }
}
