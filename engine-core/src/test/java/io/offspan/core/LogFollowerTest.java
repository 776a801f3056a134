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
        assertThat(Position.parse("00000000000000ff:12:4096")).isEqualTo(new Position(255, 12, 4096));
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
