package io.offspan.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentCompanionTest {
    private static final int RACES = 300;
    private static final int READERS = 3;

    @TempDir
    Path directory;

    /** Counts how often it is closed. */
    private static final class Counted implements SegmentCompanion {
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public long bytes() {
            return 17;
        }

        @Override
        public long heldBytes() {
            return 5;
        }

        @Override
        public void delete() {
            throw new AssertionError("Nobody deletes this");
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @Test
    void livesUntilTheLastPinOfARetiredSegmentIsGivenBack() throws IOException {
        write();
        try (Catalog catalog = Catalog.open(directory)) {
            Segment segment = catalog.segments()[0];
            long alone = segment.diskBytes();
            Counted companion = new Counted();
            assertThat(segment.companion()).isNull();
            assertThat(segment.accompany(companion)).isTrue();
            assertThat(segment.companion()).isSameAs(companion);
            assertThat(segment.diskBytes()).isEqualTo(alone + 17);
            assertThat(segment.accompany(new Counted())).as("a second one").isFalse();
            assertThat(segment.companion()).isSameAs(companion);
            segment.acquire();
            segment.acquire();
            segment.release();
            catalog.retired(segment);
            assertThat(companion.closed).as("still pinned").hasValue(0);
            assertThat(catalog.heldBytes()).isEqualTo(segment.bytes() + 5);
            segment.release();
            assertThat(companion.closed).hasValue(1);
            assertThat(segment.companion()).isNull();
            assertThat(segment.accompany(new Counted())).as("too late").isFalse();
        }
    }

    @Test
    void isClosedOnceAndUnderNobodysPin() throws Exception {
        write();
        ExecutorService threads = Executors.newFixedThreadPool(READERS + 1);
        try {
            for (int race = 0; race < RACES; race++) {
                race(threads);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void race(ExecutorService threads) throws Exception {
        try (Catalog catalog = Catalog.open(directory)) {
            Segment segment = catalog.segments()[0];
            Counted companion = new Counted();
            Phaser start = new Phaser(READERS + 2);
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(() -> {
                    start.arriveAndAwaitAdvance();
                    int bad = 0;
                    while (segment.acquire()) {
                        bad += companion.closed.get();
                        segment.release();
                    }
                    return bad;
                }));
            }
            Future<Boolean> accompanied = threads.submit(() -> {
                start.arriveAndAwaitAdvance();
                return segment.accompany(companion);
            });
            start.arriveAndAwaitAdvance();
            catalog.retired(segment);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).as("seen closed under a pin").isZero();
            }
            assertThat(companion.closed).hasValue(accompanied.get() ? 1 : 0);
        }
    }

    private void write() throws IOException {
        try (TestLog log = TestLog.open(directory, 1)) {
            log.startSegment();
            log.append(10);
        }
    }
}
