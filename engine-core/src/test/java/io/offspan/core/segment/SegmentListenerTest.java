package io.offspan.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentListenerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    /** Notes what it is told, and that nobody held the catalog's lock meanwhile. */
    private static final class Noting implements SegmentListener {
        final List<String> events = new CopyOnWriteArrayList<>();
        private final Catalog catalog;

        Noting(Catalog catalog) {
            this.catalog = catalog;
        }

        @Override
        public void grew(Segment segment, int fromBlock) {
            note("grew " + segment.number() + " from " + fromBlock + " to "
                    + segment.directory().count());
        }

        @Override
        public void ended(Segment segment) {
            note("ended " + segment.number());
        }

        @Override
        public void retired(Segment segment) {
            assertThat(segment.retired()).isTrue();
            note("retired " + segment.number());
        }

        private void note(String event) {
            assertThat(Thread.holdsLock(catalog)).isFalse();
            events.add(event);
        }
    }

    @Test
    void hearsFromTheWriterWhatHappensAsItHappens() throws IOException {
        try (WriterCatalog told = WriterCatalog.open(directory);
                TestLog log = TestLog.open(directory, 1).tell(told)) {
            Noting noting = new Noting(told);
            told.listen(noting);
            log.startSegment();
            log.append(10);
            log.append(10);
            log.startSegment();
            log.append(10);
            told.retired(told.segments()[0]);
            assertThat(noting.events)
                    .containsExactly(
                            "grew 1 from 0 to 1", "grew 1 from 1 to 2", "ended 1", "grew 2 from 0 to 1", "retired 1");
        }
    }

    @Test
    void hearsOfFilesWhatARefreshFinds() throws IOException {
        try (TestLog log = TestLog.open(directory, 1);
                Catalog catalog = Catalog.open(directory)) {
            Noting noting = new Noting(catalog);
            catalog.listen(noting);
            log.startSegment();
            log.append(10);
            catalog.refresh();
            log.append(10);
            log.append(10);
            catalog.refreshTail();
            log.startSegment();
            log.append(10);
            catalog.refresh();
            Files.delete(catalog.segments()[0].path());
            catalog.refresh();
            long begun = System.nanoTime();
            while (noting.events.size() < 5 && System.nanoTime() - begun < PATIENCE.toNanos()) {
                // Whoever let go of the deleted segment first tells of it, this thread or the one that looks now and
                // then.
                Thread.onSpinWait();
            }
            assertThat(noting.events)
                    .containsExactly(
                            "grew 1 from 0 to 1", "grew 1 from 1 to 3", "ended 1", "grew 2 from 0 to 1", "retired 1");
        }
    }

    @Test
    void hearsFirstOfWhatThereIs() throws IOException {
        try (TestLog log = TestLog.open(directory, 1)) {
            log.startSegment();
            log.append(10);
            log.startSegment();
            log.append(10);
            log.append(10);
        }
        try (WriterCatalog told = WriterCatalog.open(directory)) {
            Noting noting = new Noting(told);
            told.listen(noting);
            assertThat(noting.events).as("only the end was walked").containsExactly("grew 2 from 0 to 2");
            told.refresh();
            assertThat(noting.events).containsExactly("grew 2 from 0 to 2", "grew 1 from 0 to 1", "ended 1");
            Noting late = new Noting(told);
            told.listen(late);
            assertThat(late.events).containsExactly("grew 1 from 0 to 1", "ended 1", "grew 2 from 0 to 2");
        }
    }

    @Test
    void oneThatListensNoLongerIsToldNothing() throws IOException {
        try (WriterCatalog told = WriterCatalog.open(directory);
                TestLog log = TestLog.open(directory, 1).tell(told)) {
            Noting left = new Noting(told);
            Noting stayed = new Noting(told);
            told.listen(left);
            told.listen(stayed);
            log.startSegment();
            log.append(10);
            told.unlisten(left);
            log.append(10);
            assertThat(left.events).hasSize(1);
            assertThat(stayed.events).hasSize(2);
        }
    }

    @Test
    void oneThatFailsIsToldWhatFollowsAndHarmsNobody() throws IOException {
        try (WriterCatalog told = WriterCatalog.open(directory);
                TestLog log = TestLog.open(directory, 1).tell(told)) {
            List<Integer> seen = new CopyOnWriteArrayList<>();
            told.listen(new SegmentListener() {
                @Override
                public void grew(Segment segment, int fromBlock) {
                    seen.add(fromBlock);
                    if (fromBlock == 0) {
                        throw new IllegalStateException("planted");
                    }
                    throw new NoClassDefFoundError("planted");
                }
            });
            Noting noting = new Noting(told);
            told.listen(noting);
            log.startSegment();
            log.append(10);
            log.append(10);
            log.append(10);
            assertThat(seen).containsExactly(0, 1, 2);
            assertThat(noting.events).hasSize(3);
        }
    }

    @Test
    void asksTheCatalogFromWithinWithoutBeingToldTwice() throws IOException {
        try (TestLog log = TestLog.open(directory, 1);
                Catalog catalog = Catalog.open(directory)) {
            List<Integer> seen = new CopyOnWriteArrayList<>();
            List<Integer> seenWithin = new CopyOnWriteArrayList<>();
            catalog.listen(new SegmentListener() {
                @Override
                public void grew(Segment segment, int fromBlock) {
                    seen.add(fromBlock);
                    if (fromBlock == 0) {
                        log.append(10);
                        refresh(catalog);
                        seenWithin.addAll(seen);
                    }
                }
            });
            log.startSegment();
            log.append(10);
            catalog.refresh();
            assertThat(seenWithin).as("told after that call").containsExactly(0);
            assertThat(seen).containsExactly(0, 1);
        }
    }

    private static void refresh(Catalog catalog) {
        try {
            catalog.refresh();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
