package io.offspan.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.slab.SlabFile;
import io.offspan.core.slab.SlabGeometry;
import io.offspan.core.slab.SlabOpening;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogClockTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    @TempDir
    Path directory;

    private final StoreCounters counters = new StoreCounters();
    private SlabFile slabs;

    @BeforeEach
    void open() {
        slabs = SlabOpening.forWriter(
                directory, SlabGeometry.of(8, 64 * 1024, 256, 2, 2 * 1024 * 1024), null, found -> "", lost -> {});
    }

    @AfterEach
    void close() {
        slabs.close();
    }

    private LogClock clock(long lastStamp) {
        return new LogClock(slabs, counters, 1, lastStamp);
    }

    @Test
    void theSlabFileKeepsTheWholeNote() {
        assertThat(slabs.clockNote()).containsOnly(0);

        LogClock clock = clock(0);

        assertThat(slabs.clockNote()).isEqualTo(clock.ages().note());
    }

    @Test
    void stampsWaitForAClockThatWasCorrected() {
        long ahead = LogClock.now() + TimeUnit.SECONDS.toNanos(5);

        assertThat(clock(ahead).stamp()).isEqualTo(ahead);
    }

    @Test
    void stampsFollowAClockThatWasSetBack() {
        assertThat(clock(LogClock.now() + HOUR).stamp()).isLessThan(LogClock.now() + HOUR / 2);
    }

    @Test
    void aLeapSinceTheLastWriterEndsTheSegmentOnce() {
        clock(0);
        long[] note = slabs.clockNote();
        note[0] -= HOUR;
        slabs.putClockNote(note);

        LogClock next = clock(0);

        assertThat(next.leapt()).isTrue();
        assertThat(counters.get(Counter.CLOCK_LEAPS)).isEqualTo(1);
        next.firstStamp();
        assertThat(next.leapt()).isFalse();
    }
}
