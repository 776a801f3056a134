package io.offspan.core.retain;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.LogFollower;
import io.offspan.core.StoreReader;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentCompanion;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.segment.TestLog;
import io.offspan.core.value.Position;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log of four segments, the last of which is being written; what is in it was ingested in 1970. */
class RetentionTest {
    private static final int SEGMENTS = 4;
    private static final int SPANS = 30;
    private static final Duration HOLD = Duration.ofMinutes(10);
    private static final UUID STORE = new UUID(TestLog.STORE_HIGH, TestLog.STORE_LOW);

    @TempDir
    Path directory;

    private final List<Integer> retired = new ArrayList<>();
    private final StoreCounters counters = new StoreCounters();
    private final long nowMillis = 1_800_000_000_000L;
    private long uptime = AgeClock.DOUBT_NANOS;
    private AgeClock clock = AgeClock.resume(new long[AgeClock.NOTE_LONGS], 0, nowMillis * 1_000_000, uptime);

    @BeforeEach
    void write() throws IOException {
        writeLog(0);
        Files.createDirectories(directory.resolve("checkpoints"));
    }

    /** Writes the log; the clock is far ahead while a segment is written. */
    private void writeLog(int ahead) throws IOException {
        try (TestLog log = TestLog.open(directory.resolve("log"), 1)) {
            for (int i = 0; i < SEGMENTS; i++) {
                log.stampAhead(log.log().nextSegmentNumber() == ahead ? Long.MAX_VALUE / 2 : 0);
                log.startSegment();
                log.append(SPANS / 3);
                log.append(SPANS / 3);
                log.append(SPANS / 3);
            }
        }
    }

    @Test
    void ageDeletesWhatNoExporterHolds() throws IOException {
        retire(Duration.ofDays(1), HOLD, Long.MAX_VALUE);
        assertRetired(3, 0);
    }

    @Test
    void aClockThatLeapsDeletesNothing() throws IOException {
        long stamp = 1_000_000_000;
        clock = AgeClock.resume(new long[AgeClock.NOTE_LONGS], 0, stamp, uptime);
        assertThat(clock.look(nowMillis * 1_000_000, uptime, SEGMENTS)).isPositive();
        uptime += AgeClock.SETTLE_NANOS;
        clock.look(nowMillis * 1_000_000 + AgeClock.SETTLE_NANOS, uptime, SEGMENTS);
        retire(Duration.ofDays(1), HOLD, Long.MAX_VALUE);
        assertRetired(0, 0);
    }

    @Test
    void whatAWrongClockStampedAheadAgesWithWhatFollows() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        writeLog(2);
        retire(Duration.ofDays(1), HOLD, Long.MAX_VALUE);
        assertRetired(3, 0);
    }

    @Test
    void nothingIsOldForAnHourWhereNobodyKnowsTheClock() throws IOException {
        clock = AgeClock.resume(new long[AgeClock.NOTE_LONGS], SEGMENTS, nowMillis * 1_000_000, uptime);
        retire(Duration.ofDays(1), HOLD, Long.MAX_VALUE);
        assertRetired(0, 0);
        long hour = AgeClock.DOUBT_NANOS;
        clock = AgeClock.resume(clock.note(), SEGMENTS, nowMillis * 1_000_000, uptime);
        uptime += hour;
        clock.look(nowMillis * 1_000_000 + hour, uptime, SEGMENTS);
        retire(Duration.ofDays(1), HOLD, Long.MAX_VALUE);
        assertRetired(3, 0);
    }

    @Test
    void segmentsThatSomebodyElseDeletesAreMissed() throws IOException {
        Path log = directory.resolve("log");
        try (Catalog catalog = Catalog.open(log)) {
            Retention retention =
                    new Retention(log, catalog, counters, Long.MAX_VALUE, Duration.ZERO, HOLD, retired::add, clock);
            retention.run(SEGMENTS, 0, nowMillis * 1_000_000, uptime);
            Files.delete(log.resolve(SegmentName.of(1)));
            Files.move(log.resolve(SegmentName.of(2)), log.resolve(SegmentName.setAside(2)));
            retention.run(SEGMENTS, 0, nowMillis * 1_000_000, uptime);
            retention.run(SEGMENTS, 0, nowMillis * 1_000_000, uptime);
        }
        assertThat(counters.get(Counter.VANISHED_SPANS)).isEqualTo(SPANS);
    }

    @Test
    void aLivingExporterHoldsItsSegmentAndThoseBehind() throws IOException {
        checkpoint("slow", STORE, after(4), nowMillis - HOLD.toMillis());
        checkpoint("quick", STORE, after(12), nowMillis);
        retire(Duration.ofDays(1), HOLD, Long.MAX_VALUE);
        assertRetired(1, 0);
    }

    @Test
    void anExporterThatHasSentAllHoldsNothing() throws IOException {
        checkpoint("otlp", STORE, after(12), nowMillis);
        retire(Duration.ofDays(1), HOLD, Long.MAX_VALUE);
        assertRetired(3, 0);
    }

    @Test
    void aHoldEndsWithItsAge() throws IOException {
        checkpoint("otlp", STORE, Position.START, nowMillis - HOLD.toMillis() - 1);
        retire(Duration.ofDays(1), HOLD, Long.MAX_VALUE);
        assertRetired(3, 0);
    }

    @Test
    void aHoldAgeOfZeroIsNoHold() throws IOException {
        checkpoint("otlp", STORE, Position.START, nowMillis);
        retire(Duration.ofDays(1), Duration.ZERO, Long.MAX_VALUE);
        assertRetired(3, 0);
    }

    @Test
    void theBudgetTakesWhatIsHeldAndCountsIt() throws IOException {
        checkpoint("otlp", STORE, after(4), nowMillis);
        retire(Duration.ZERO, HOLD, 0);
        assertRetired(3, SPANS / 3 * 2 + SPANS);
    }

    @Test
    void checkpointsOfOthersAndDamagedOrHostileFilesHoldNothing() throws Exception {
        Path checkpoints = directory.resolve("checkpoints");
        checkpoint("foreign", new UUID(1, 2), Position.START, nowMillis);
        checkpoint(
                "future", STORE, Position.START, nowMillis + Duration.ofDays(1).toMillis());
        checkpoint("UPPER", STORE, Position.START, nowMillis);
        Files.write(checkpoints.resolve("damaged"), new byte[CheckpointFile.BYTES]);
        Files.createSymbolicLink(checkpoints.resolve("link"), Path.of("/dev/zero"));
        Files.createDirectory(checkpoints.resolve("folder"));
        assertThat(new ProcessBuilder("mkfifo", checkpoints.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        Files.write(checkpoints.resolve("otlp.lock"), new byte[] {'1'});
        retire(Duration.ofDays(1), HOLD, Long.MAX_VALUE);
        assertRetired(3, 0);
    }

    @Test
    void companionsTakeTheirShareOfTheBudgetAndAreDeletedWithTheirSegments() throws IOException {
        Path log = directory.resolve("log");
        try (Catalog catalog = Catalog.open(log)) {
            Segment[] segments = catalog.segments();
            long bytes = 0;
            List<Noted> companions = new ArrayList<>();
            for (Segment segment : segments) {
                bytes += segment.number() == SEGMENTS ? 0 : segment.diskBytes();
                companions.add(new Noted());
                assertThat(segment.accompany(companions.get(companions.size() - 1)))
                        .isTrue();
            }
            // Room for all four companions but for a byte.
            long budget = bytes + SEGMENTS * Noted.BYTES - 1;
            new Retention(log, catalog, counters, budget, Duration.ZERO, HOLD, retired::add, clock)
                    .run(SEGMENTS, 0, nowMillis * 1_000_000, uptime);
            assertThat(retired).containsExactly(1);
            assertThat(companions).extracting(noted -> noted.events).containsExactly("delete close ", "", "", "");
            assertThat(segments[0].companion()).isNull();
        }
    }

    @Test
    void anIndexFileThatNobodyHasOpenedTakesItsShareAndIsDeletedToo() throws IOException {
        Path log = directory.resolve("log");
        Path index = Files.createDirectory(directory.resolve("index"));
        try (Catalog catalog = Catalog.open(log)) {
            long bytes = 0;
            for (Segment segment : catalog.segments()) {
                Files.write(index.resolve(SegmentName.index(segment.number())), new byte[1_000_000]);
                bytes += segment.number() == SEGMENTS ? segment.companionBytes() : segment.diskBytes();
            }
            assertThat(bytes).isGreaterThan(SEGMENTS * 1_000_000L);
            new Retention(log, catalog, counters, bytes - 1, Duration.ZERO, HOLD, retired::add, clock)
                    .run(SEGMENTS, 0, nowMillis * 1_000_000, uptime);
            assertThat(retired).containsExactly(1);
            assertThat(index.resolve(SegmentName.index(1))).doesNotExist();
            assertThat(index.resolve(SegmentName.index(2))).exists();
        }
    }

    /** Notes what is done to it. */
    private static final class Noted implements SegmentCompanion {
        static final long BYTES = 1_000_000;
        private String events = "";

        @Override
        public long bytes() {
            return BYTES;
        }

        @Override
        public void delete() {
            events += "delete ";
        }

        @Override
        public void close() {
            events += "close ";
        }
    }

    private void retire(Duration maxAge, Duration hold, long budget) throws IOException {
        Path log = directory.resolve("log");
        try (Catalog catalog = Catalog.open(log)) {
            Retention retention = new Retention(log, catalog, counters, budget, maxAge, hold, retired::add, clock);
            long passed = uptime - AgeClock.DOUBT_NANOS;
            retention.run(SEGMENTS, 0, nowMillis * 1_000_000 + passed, uptime);
        }
    }

    private void assertRetired(int segments, long unexported) throws IOException {
        assertThat(counters.get(Counter.RETIRED_SEGMENTS)).isEqualTo(segments);
        assertThat(retired).as("told before each deletion").hasSize(segments);
        assertThat(counters.get(Counter.RETIRED_SPANS)).isEqualTo(segments * (long) SPANS);
        assertThat(counters.get(Counter.RETIRED_UNEXPORTED_SPANS)).isEqualTo(unexported);
    }

    private void checkpoint(String name, UUID store, Position position, long touchedMillis) throws IOException {
        CheckpointFile file =
                new CheckpointFile(directory.resolve("checkpoints").resolve(name));
        file.create(new Checkpoint(store, position, 1, touchedMillis));
        file.touch(touchedMillis);
    }

    /** Returns the position behind so many blocks. */
    private Position after(int blocks) {
        try (StoreReader reader = StoreReader.open(directory)) {
            LogFollower follower = reader.follower(Position.START);
            assertThat(follower.poll(block -> {}, blocks)).isEqualTo(blocks);
            return follower.position();
        }
    }
}
