package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanView;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.Segment;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpanStoreTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path parent;

    private Path directory() {
        return parent.resolve("store");
    }

    private static SpanDraft fill(SpanDraft draft, long id) {
        return draft.clear()
                .ids(7, id, id)
                .name("operation " + id % 10)
                .times(1_000 + id, 2_000 + id)
                .attribute("number", id)
                .attribute("text", "value " + id);
    }

    private List<Long> logged() throws IOException {
        List<Long> ids = new ArrayList<>();
        try (Catalog catalog = Catalog.open(directory().resolve("log"))) {
            BlockReader reader = new BlockReader();
            BodyCheck check = new BodyCheck();
            for (Segment segment : catalog.segments()) {
                assertThat(segment.acquire()).isTrue();
                for (int row = 0; row < segment.directory().count(); row++) {
                    assertThat(segment.open(row, reader, check)).isTrue();
                    for (int i = 0; i < reader.count(); i++) {
                        SpanView span = reader.span(i);
                        span.validate();
                        ids.add(span.spanId());
                    }
                }
                segment.release();
            }
        }
        return ids;
    }

    private static List<Long> to(long end) {
        return LongStream.rangeClosed(1, end).boxed().toList();
    }

    @Test
    void keepsEverySpanThroughCloseAndReopen() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (SpanStore store = SpanStore.open(directory())) {
                SpanAppender appender = store.newAppender();
                for (long id = 1; id <= 10_000; id++) {
                    fill(appender.draft(), round * 10_000L + id);
                    assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
                }
            }
            assertThat(logged().stream().sorted().toList()).isEqualTo(to((round + 1) * 10_000L));
        }
    }

    @Test
    void takesSpansOfManyThreadsOnceEach() throws IOException {
        try (SpanStore store = SpanStore.open(
                directory(),
                StoreConfig.builder()
                        .overflow(OverflowPolicy.WAIT)
                        .maxWait(LONG)
                        .build())) {
            AtomicInteger refused = new AtomicInteger();
            List<Thread> threads = IntStream.range(0, 8)
                    .mapToObj(t -> new Thread(() -> {
                        SpanDraft draft = new SpanDraft();
                        for (long i = 1; i <= 10_000; i++) {
                            int result = store.append(fill(draft, t * 10_000L + i));
                            refused.addAndGet(result == AppendResult.ACCEPTED ? 0 : 1);
                        }
                    }))
                    .toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                join(thread);
            }
            assertThat(refused).hasValue(0);
            assertThat(store.flush(LONG)).isTrue();
            assertThat(store.counters().get(Counter.LOGGED_SPANS)).isEqualTo(80_000);
        }
        assertThat(logged().stream().sorted().toList()).isEqualTo(to(80_000));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rollsToNewSegmentsAndKeepsOrdinalsWithinThem() throws IOException {
        StoreConfig config = StoreConfig.builder()
                .segmentSpans(2_000)
                .overflow(OverflowPolicy.WAIT)
                .build();
        try (SpanStore store = SpanStore.open(directory(), config)) {
            SpanAppender appender = store.newAppender();
            for (long id = 1; id <= 10_000; id++) {
                fill(appender.draft(), id);
                assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
            }
        }
        assertThat(logged().stream().sorted().toList()).isEqualTo(to(10_000));
        try (Catalog catalog = Catalog.open(directory().resolve("log"))) {
            assertThat(catalog.segments()).hasSizeGreaterThanOrEqualTo(5);
            for (Segment segment : catalog.segments()) {
                assertThat(segment.spans()).isLessThanOrEqualTo(2_000);
            }
        }
    }

    @Test
    void syncsWithinTheTimeGiven() {
        try (SpanStore store = SpanStore.open(directory())) {
            SpanAppender appender = store.newAppender();
            fill(appender.draft(), 1);
            appender.append();
            assertThat(store.awaitSynced(LONG)).isTrue();
            assertThat(store.counters().get(Counter.LOGGED_SPANS)).isEqualTo(1);
        }
    }

    @Test
    void aRefusedSecondWriterLeavesTheModesOfTheFirst() throws IOException {
        StoreConfig shared =
                StoreConfig.builder().groupReads(true).segmentSpans(1024).build();
        try (SpanStore store = SpanStore.open(directory(), shared)) {
            assertThatThrownBy(() -> SpanStore.open(directory())).isInstanceOf(SpanStoreException.Locked.class);
            assertThat(mode(directory())).isEqualTo("rwxr-x---");
            SpanAppender appender = store.newAppender();
            for (int i = 1; i <= 3_000; i++) {
                fill(appender.draft(), i);
                while (appender.append() != AppendResult.ACCEPTED) {
                    assertThat(store.flush(LONG)).isTrue();
                }
            }
            assertThat(store.flush(LONG)).isTrue();
            try (Stream<Path> files = Files.list(directory().resolve("log"))) {
                assertThat(files.filter(file -> file.toString().endsWith(".cq4")))
                        .hasSizeGreaterThan(1)
                        .allMatch(file -> mode(file).equals("rw-r-----"));
            }
        }
    }

    @Test
    void theFilesOfAStoreTakeTheModesThatItIsOpenedWith() throws IOException {
        StoreConfig shared = StoreConfig.builder().groupReads(true).build();
        for (StoreConfig config : List.of(StoreConfig.defaults(), shared, StoreConfig.defaults())) {
            SpanStore.open(directory(), config).close();
            assertThat(mode(directory())).isEqualTo(config.groupReads() ? "rwxr-x---" : "rwx------");
            assertThat(mode(directory().resolve("lock"))).isEqualTo(config.groupReads() ? "rw-r-----" : "rw-------");
            for (String made : List.of("index", "checkpoints")) {
                Path file = directory().resolve(made).resolve("something");
                if (Files.exists(file)) {
                    assertThat(mode(file.getParent())).isEqualTo(config.groupReads() ? "rwxr-x---" : "rwx------");
                    assertThat(mode(file)).isEqualTo(config.groupReads() ? "rw-r-----" : "rw-------");
                } else {
                    Files.createDirectories(file.getParent());
                    Files.createFile(file);
                }
            }
        }
    }

    @Test
    void refusesASecondWriterAndNamesTheFirst() {
        try (SpanStore store = SpanStore.open(directory())) {
            assertThatThrownBy(() -> SpanStore.open(directory()))
                    .isInstanceOf(SpanStoreException.Locked.class)
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
            assertThat(store.failure()).isNull();
        }
        SpanStore.open(directory()).close();
    }

    @Test
    void refusesADirectoryOfSomethingElse() throws IOException {
        Files.createDirectory(directory());
        Files.writeString(directory().resolve("notes.txt"), "mine");
        assertThatThrownBy(() -> SpanStore.open(directory()))
                .isInstanceOf(SpanStoreException.NotAStore.class)
                .hasMessageContaining("notes.txt");
        assertThat(directory().resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void keepsItsFilesToItsOwner() throws IOException {
        try (SpanStore store = SpanStore.open(directory())) {
            store.append(fill(new SpanDraft(), 1));
            assertThat(store.flush(LONG)).isTrue();
            try (Stream<Path> files = Files.walk(directory())) {
                files.forEach(file -> assertThat(mode(file)).as("%s", file).endsWith("------"));
            }
        }
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void deletesTheOldestSegmentsBeyondItsBudget() throws IOException {
        StoreConfig config = StoreConfig.builder()
                .budgetBytes(64 << 20)
                .segmentBytes(8 << 20)
                .syncInterval(Duration.ofMillis(10))
                .overflow(OverflowPolicy.WAIT)
                .maxWait(LONG)
                .build();
        try (SpanStore store = SpanStore.open(directory(), config)) {
            SpanAppender appender = store.newAppender();
            String text = "x".repeat(10_000);
            for (long id = 1; id <= 8_000; id++) {
                fill(appender.draft(), id).attribute("filler", text + id);
                assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
            }
            store.flush(LONG);
        }
        SpanStore.open(directory(), config).close();
        List<Long> kept = logged();
        assertThat(kept).contains(8_000L).doesNotContain(1L).doesNotHaveDuplicates();
    }

    @Test
    void answersClosedAfterClose() {
        SpanStore store = SpanStore.open(directory());
        SpanAppender appender = store.newAppender();
        store.close();
        store.close();
        fill(appender.draft(), 1);
        assertThat(appender.append()).isEqualTo(AppendResult.CLOSED);
        assertThat(store.counters().get(Counter.CLOSED)).isEqualTo(1);
    }
}
