package io.offspan.core.retain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AgeClockTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long YEAR = TimeUnit.DAYS.toNanos(365);
    private static final long START = 1_800_000_000_000_000_000L;
    private static final long BOOTED = 5 * HOUR;

    private AgeClock clock = fresh();

    private static AgeClock fresh() {
        return AgeClock.resume(new long[AgeClock.NOTE_LONGS], 0, START, BOOTED);
    }

    /** Looks at a wall clock that is off by so much, so long after the start. */
    private long look(long passed, long off, int newest) {
        return clock.look(START + passed + off, BOOTED + passed, newest);
    }

    private long age(int segment, long stampedAt, long passed, long off) {
        return clock.ageNanos(segment, stampedAt, START + passed + off);
    }

    @Test
    void ageIsWhatTheWallClockSaysWhileItIsRight() {
        assertThat(look(HOUR, 0, 1)).isZero();
        assertThat(age(1, START, HOUR, 0)).isEqualTo(HOUR);
        assertThat(clock.isSettled(START + HOUR, BOOTED + HOUR)).isTrue();
    }

    @Test
    void aClockThatIsCorrectedLittleByLittleHasNotLeapt() {
        for (int i = 1; i <= 100; i++) {
            assertThat(look(i * HOUR, i * AgeClock.TOLERANCE_NANOS, 1)).isZero();
        }
    }

    @Test
    void aYearAheadForAMinuteAgesNothing() {
        assertThat(look(HOUR, YEAR, 3)).isEqualTo(YEAR);
        long minute = HOUR + AgeClock.SETTLE_NANOS;
        assertThat(clock.isSettled(START + HOUR + YEAR, BOOTED + HOUR)).isFalse();
        assertThat(age(3, START, minute, YEAR)).isEqualTo(minute);
        assertThat(age(4, START + HOUR + YEAR, minute, YEAR)).isEqualTo(AgeClock.SETTLE_NANOS);
        assertThat(look(minute, 0, 4)).isEqualTo(-YEAR);
        assertThat(age(3, START, 2 * HOUR, 0)).isEqualTo(2 * HOUR);
        assertThat(age(4, START + HOUR + YEAR, 2 * HOUR, 0))
                .as("stamped meanwhile")
                .isEqualTo(HOUR);
        assertThat(age(5, START + HOUR, 2 * HOUR, 0)).isEqualTo(HOUR);
    }

    @Test
    void aLeapIsRememberedByTheNextWriterOfTheBoot() {
        look(HOUR, YEAR, 3);
        clock = AgeClock.resume(clock.note(), 4, START + 2 * HOUR + YEAR, BOOTED + 2 * HOUR);
        assertThat(look(2 * HOUR, YEAR, 4)).isZero();
        assertThat(age(3, START, 2 * HOUR, YEAR)).isEqualTo(2 * HOUR);
    }

    @Test
    void aLeapWhileNobodyWroteIsNoticedWhenTheStoreIsOpened() {
        look(HOUR, 0, 3);
        clock = AgeClock.resume(clock.note(), 3, START + 2 * HOUR + YEAR, BOOTED + 2 * HOUR);
        assertThat(look(2 * HOUR, YEAR, 3)).isEqualTo(YEAR);
        assertThat(age(3, START, 2 * HOUR, YEAR)).isEqualTo(2 * HOUR);
    }

    @Test
    void aStoreThatWasClosedForAWeekHasAged() {
        look(HOUR, 0, 3);
        long week = 168 * HOUR;
        clock = AgeClock.resume(clock.note(), 3, START + week, BOOTED + week);
        assertThat(look(week, 0, 3)).isZero();
        assertThat(clock.isSettled(START + week, BOOTED + week)).isTrue();
        assertThat(age(3, START, week, 0)).isEqualTo(week);
    }

    @Test
    void afterABootTheClockIsDoubtedForAnHour() {
        clock = AgeClock.resume(new long[AgeClock.NOTE_LONGS], 3, START + YEAR, BOOTED);
        assertThat(clock.isSettled(START + YEAR, BOOTED)).isFalse();
        assertThat(look(HOUR / 2, 0, 4)).as("set right").isEqualTo(-YEAR);
        assertThat(age(3, START - HOUR, HOUR, 0)).as("from before the boot").isEqualTo(2 * HOUR);
        assertThat(age(4, START + YEAR, HOUR, 0)).as("stamped wrongly").isEqualTo(HOUR);
        assertThat(clock.isSettled(START + HOUR, BOOTED + HOUR))
                .as("an hour since the boot only")
                .isFalse();
        look(2 * HOUR, 0, 5);
        assertThat(clock.isSettled(START + 2 * HOUR, BOOTED + 2 * HOUR)).isTrue();
    }

    @Test
    void theTimeSinceBootGoesOn() {
        long before = AgeClock.uptimeNanos();
        assertThat(before).isPositive();
        assertThat(AgeClock.uptimeNanos()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aNoteOfAnotherBootIsNotBelieved() {
        look(HOUR, 0, 3);
        clock = AgeClock.resume(clock.note(), 3, START + 2 * HOUR, HOUR);
        assertThat(clock.isSettled(START + 2 * HOUR, HOUR)).isFalse();
    }
}
