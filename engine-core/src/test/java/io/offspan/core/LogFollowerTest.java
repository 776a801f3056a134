package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.segment.TestLog;
import io.offspan.core.value.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFollowerTest {
    @TempDir
    Path directory;

    /** Collects span ids and positions. */
    private static final class Collector implements LogFollower.Handler {
        final List<Long> spans = new ArrayList<>();
        final List<Position> resumed = new ArrayList<>();

        @Override
        public void onBlock(BlockReader block) {
            for (int i = 0; i < block.count(); i++) {
                spans.add(block.span(i).spanId());
            }
        }

        @Override
        public void onRetired(Position lost, Position position) {
            resumed.add(position);
        }
    }

    @Test
    void readsInOrderOverSegmentsAsBlocksCome() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1);
                StoreReader reader = reader()) {
            LogFollower follower = reader.follower(Position.START);
            Collector collector = new Collector();
            for (int i = 0; i < 150; i++) {
                log.appendRolling(200);
                if (i % 3 == 0) {
                    assertThat(follower.lagSpans()).isEqualTo(log.nextSpan() - 1 - collector.spans.size());
                    follower.poll(collector);
                    assertThat(collector.spans).hasSize((int) log.nextSpan() - 1);
                    assertThat(follower.lagSpans()).isZero();
                }
            }
            follower.poll(collector);
            assertThat(collector.spans).isEqualTo(oneTo(log.nextSpan() - 1));
            assertThat(follower.retirements()).isZero();
        }
    }

    @Test
    void continuesAtASavedPosition() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1);
                StoreReader reader = reader()) {
            Collector collector = new Collector();
            Position saved = Position.START;
            for (int i = 0; i < 60; i++) {
                log.appendRolling(200);
                LogFollower follower = reader.follower(Position.parse(saved.toString()));
                assertThat(follower.poll(collector, 1)).isEqualTo(1);
                saved = follower.position();
            }
            assertThat(collector.spans).isEqualTo(oneTo(log.nextSpan() - 1));
        }
    }

    @Test
    void beginsWithinABlockAndSaysWhere() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1);
                StoreReader reader = reader()) {
            log.startSegment();
            log.append(10);
            log.append(10);
            long id = reader.end().segmentId();
            for (int from = 0; from <= 20; from++) {
                LogFollower follower = reader.follower(new Position(id, 1, from));
                assertThat(follower.lagSpans()).isEqualTo(20 - from);
                List<Long> spans = new ArrayList<>();
                follower.poll(block -> {
                    assertThat(follower.segmentId()).isEqualTo(id);
                    assertThat(block.span(0).spanId()).isEqualTo(follower.firstOrdinal() + 1L);
                    for (int i = follower.position().ordinal() - follower.firstOrdinal(); i < block.count(); i++) {
                        spans.add(block.span(i).spanId());
                    }
                });
                assertThat(spans)
                        .isEqualTo(LongStream.rangeClosed(from + 1, 20).boxed().toList());
                assertThat(follower.position()).isEqualTo(reader.end()).isEqualTo(new Position(id, 1, 20));
            }
        }
    }

    @Test
    void tellsOfTheEndOfEachSegmentOnceAndAfterItsLastBlock() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1);
                StoreReader reader = reader()) {
            LogFollower follower = reader.follower(Position.START);
            List<String> events = new ArrayList<>();
            LogFollower.Handler handler = new LogFollower.Handler() {
                @Override
                public void onBlock(BlockReader block) {
                    events.add("block " + follower.position().segmentNumber() + "+" + follower.firstOrdinal());
                }

                @Override
                public void onSegmentEnd(Position end) {
                    events.add("end " + end.segmentNumber() + "+" + end.ordinal());
                }
            };
            for (int segment = 1; segment <= 3; segment++) {
                log.startSegment();
                follower.poll(handler);
                log.append(10);
                follower.poll(handler);
                follower.poll(handler);
                log.append(5);
            }
            follower.poll(handler);
            assertThat(events)
                    .containsExactly(
                            "block 1+0",
                            "block 1+10",
                            "end 1+15",
                            "block 2+0",
                            "block 2+10",
                            "end 2+15",
                            "block 3+0",
                            "block 3+10");
        }
    }

    @Test
    void handlerThatThrowsGetsTheBlockAgain() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1);
                StoreReader reader = reader()) {
            log.appendRolling(10);
            LogFollower follower = reader.follower(Position.START);
            assertThatThrownBy(() -> follower.poll(block -> {
                        throw new IllegalStateException("not now");
                    }))
                    .hasMessage("not now");
            Collector collector = new Collector();
            follower.poll(collector);
            assertThat(collector.spans).isEqualTo(oneTo(10));
        }
    }

    @Test
    void saysThatItsSegmentWasDeletedAndGoesOnWithTheOldest() throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1);
                StoreReader reader = reader()) {
            for (int i = 0; i < 4; i++) {
                log.startSegment();
                log.append(10);
            }
            LogFollower follower = reader.follower(Position.START);
            Collector collector = new Collector();
            follower.poll(collector, 1);
            Files.delete(logDirectory().resolve(SegmentName.of(1)));
            Files.delete(logDirectory().resolve(SegmentName.of(2)));
            follower.poll(collector);
            assertThat(follower.retirements()).isEqualTo(1);
            assertThat(collector.resumed).hasSize(1);
            assertThat(collector.resumed.get(0).segmentNumber()).isEqualTo(3);
            assertThat(collector.spans)
                    .isEqualTo(LongStream.concat(LongStream.rangeClosed(1, 10), LongStream.rangeClosed(21, 40))
                            .boxed()
                            .toList());
        }
    }

    @Test
    void refusesTextThatIsNoPosition() {
        assertThatThrownBy(() -> Position.parse("12:13")).isInstanceOf(IllegalArgumentException.class);
        assertThat(Position.parse("00000000000000ff:12+4096")).isEqualTo(new Position(255, 12, 4096));
        assertThatThrownBy(() -> Position.parse("00000000000000ff:12:4096"))
                .as("an offset, as earlier releases wrote it")
                .isInstanceOf(IllegalArgumentException.class);
    }

    private StoreReader reader() {
        return StoreReader.open(directory);
    }

    private Path logDirectory() {
        return directory.resolve("log");
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
