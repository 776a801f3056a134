package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.files.IndexDisk;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.keep.WhyScanned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens while indexes are written into files: full disks, little memory, and a writer that closes. */
class SealingTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final IndexLimits LITTLE = new IndexLimits(8 << 20, 16 << 20);
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .spansPerBlock(64)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(SOON)
            .build();
    private static final Query CODE = Query.traceQl("{ span.code = 203 }").limit(Query.MAX_LIMIT);

    @TempDir
    Path temporary;

    private Path directory;
    private SpanStore store;

    @BeforeEach
    void open() {
        directory = temporary.resolve("store");
        store = SpanStore.open(directory, CONFIG);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void fill(int from, int to) {
        SpanDraft draft = new SpanDraft();
        for (int i = from; i < to; i++) {
            draft.clear()
                    .ids(7, 1 + i / 8, 1 + i)
                    .times(1_000L * (i + 1), 1_000L * (i + 1) + i)
                    .name("op " + i % 5);
            store.append(draft.attribute("code", 200L + i % 10));
        }
        assertThat(store.flush(SOON)).isTrue();
    }

    private static void requireRight(StoreReader reader, int spans) {
        QueryEngine engine = QueryEngine.over(reader);
        assertThat(engine.count(CODE)).isEqualTo((spans + 6) / 10);
        assertThat(engine.trace(7, 1).spans()).hasSize(8);
        assertThat(engine.trace(7, spans / 8).spans()).hasSize(8);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("index"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void anIndexThatCannotBeWrittenKeepsNoOtherWaiting() {
        fill(0, 5_200);
        try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT);
                IndexDisk disk = IndexDisk.watched()) {
            disk.failing(0, 1);
            while (index.doWork() > 0) {
                requireRight(store.reader(), 5_200);
            }
            assertThat(index.counters().sealFailures()).isEqualTo(1);
            assertThat(index.doWork()).as("the one that failed waits").isBetween(0, 1_024);
            while (index.doWork() > 0) {
                requireRight(store.reader(), 5_200);
            }
            assertThat(index.counters().segmentsSealed()).isBetween(4L, 5L);
        }
    }

    /** Whichever piece of work fails, and with it all that follow until there is room again. */
    @Test
    void aFullDiskAtAnyStepOfSealingChangesNoAnswerAndTheFileIsMadeLater() throws IOException {
        fill(0, 1_100);
        int work;
        try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT);
                IndexDisk disk = IndexDisk.watched()) {
            disk.failing(Integer.MAX_VALUE, 0);
            assertThat(index.await(SOON)).isTrue();
            work = disk.done();
        }
        assertThat(work).as("pieces of work on the first file").isBetween(6, 20);
        for (int which = 0; which < work; which++) {
            close();
            try (SpanStore again = SpanStore.open(directory, CONFIG);
                    IndexDisk disk = IndexDisk.watched();
                    SpanIndex index = anew(again)) {
                store = again;
                disk.failing(which, Integer.MAX_VALUE / 2);
                index.await(SOON);
                requireRight(again.reader(), 1_100);
                try (StoreReader beside = StoreReader.open(directory)) {
                    requireRight(beside, 1_100);
                }
                disk.failing(Integer.MAX_VALUE, 0);
                long deadline = System.nanoTime() + SOON.toNanos();
                while (!index.await(SOON) && System.nanoTime() < deadline) {
                    index.doWork();
                    requireRight(again.reader(), 1_100);
                }
                assertThat(index.failure()).isNull();
                assertThat(index.counters().segmentsSealed())
                        .as("after piece %s", which)
                        .isEqualTo(1);
            }
            assertThat(files()).as("after piece %s", which).hasSize(2).allMatch(name -> name.endsWith(".idx"));
        }
        store = SpanStore.open(directory, CONFIG);
        assertThat(QueryEngine.over(store.reader()).explain(CODE).spansVisited())
                .isZero();
    }

    private static SpanIndex anew(SpanStore store) throws IOException {
        try (Stream<Path> files = Files.list(store.directory().resolve("index"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        return SpanIndex.open(store.reader(), IndexLimits.DEFAULT);
    }

    /** Its memory would come back no sooner, and all the work would be done again. */
    @Test
    void memoryIsNotTakenFromAnIndexThatIsBeingSealed() {
        fill(0, 1_100);
        try (SpanIndex index = SpanIndex.open(store.reader(), LITTLE);
                IndexDisk disk = IndexDisk.watched()) {
            disk.before("CREATE", () -> {
                fill(1_100, 4_000);
                for (int i = 0; i < 40; i++) {
                    index.doWork();
                }
            });
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().segmentsSealed()).isEqualTo(3);
            assertThat(index.counters().spansIndexed()).as("1,024 of them once").isLessThan(4_000 + 1_024);
            assertThat(index.counters().scans(WhyScanned.OUT_OF_MEMORY)).isZero();
            requireRight(store.reader(), 4_000);
        }
    }
}
