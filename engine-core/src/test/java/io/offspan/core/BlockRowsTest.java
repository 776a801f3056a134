package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.BlockRows;
import io.offspan.core.segment.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that knows blocks from the rows behind an index file says what one says that reads every header. */
class BlockRowsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .spansPerBlock(16)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(SOON)
            .build();

    @TempDir
    Path temporary;

    private Path directory;
    private List<List<Long>> expected;
    private Path log;
    private Path index;
    private byte[] rows;
    /** Of a block in the middle of the first segment. */
    private int middle;

    @BeforeEach
    void fill() throws IOException {
        directory = temporary.resolve("store");
        try (SpanStore store = SpanStore.open(directory, CONFIG)) {
            SpanDraft draft = new SpanDraft();
            for (int i = 0; i < 1_500; i++) {
                store.append(draft.clear()
                        .ids(7, 1 + i / 8, 1 + i)
                        .times(1_000L + i, 1_100L + i)
                        .name("op " + i % 5));
            }
            assertThat(store.flush(SOON)).isTrue();
        }
        try (StoreReader reader = StoreReader.open(directory);
                StoreSnapshot snapshot = reader.snapshot()) {
            Segment first = Objects.requireNonNull(snapshot.segment(0));
            log = first.path();
            index = first.indexFile();
            rows = BlockRows.of(first, first.directory().count());
            middle = (int) first.directory().offset(first.directory().count() / 2);
        }
        expected = blocks();
        Files.createDirectories(index.resolveSibling(""));
    }

    /** What a reader that opens the store knows of each block, and what it finds in it. */
    private List<List<Long>> blocks() {
        List<List<Long>> found = new ArrayList<>();
        try (StoreReader reader = StoreReader.open(directory);
                StoreSnapshot snapshot = reader.snapshot()) {
            for (int leaf = 0; leaf < snapshot.leaves(); leaf++) {
                BlockDirectory blocks = snapshot.leaf(leaf).directory();
                for (int row = 0; row < snapshot.leaf(leaf).blocks(); row++) {
                    found.add(List.of(
                            (long) leaf,
                            blocks.offset(row),
                            (long) blocks.length(row),
                            (long) blocks.firstOrdinal(row),
                            (long) blocks.spanCount(row),
                            blocks.sequence(row),
                            blocks.minStartNanos(row),
                            blocks.maxDurationNanos(row)));
                }
            }
            BlockCursor cursor = snapshot.blocksOldestFirst();
            while (cursor.next()) {
                BlockReader block = cursor.open();
                found.add(
                        block == null
                                ? List.of()
                                : List.of((long) block.count(), block.span(0).spanId()));
            }
            found.add(List.of(
                    cursor.damagedBlocks(), reader.stats().spans(), reader.end().segmentId()));
        }
        return found;
    }

    private boolean sees(long offset) throws IOException {
        byte[] bytes = Files.readAllBytes(log);
        byte[] damaged = bytes.clone();
        damaged[(int) offset + 24] ^= 1;
        Files.write(log, damaged);
        try (StoreReader reader = StoreReader.open(directory)) {
            return !reader.damages().isEmpty();
        } finally {
            Files.write(log, bytes);
        }
    }

    @Test
    void theRowsSayWhatTheHeadersSay() throws IOException {
        assertThat(sees(middle)).as("without rows each header is read").isTrue();
        Files.write(index, rows);
        assertThat(sees(middle)).as("by rows only the first and the last one").isFalse();
        assertThat(blocks()).isEqualTo(expected);
    }

    @Test
    void aHeaderThatWasNotReadIsReadBeforeItsBlock() throws IOException {
        Files.write(index, rows);
        byte[] bytes = Files.readAllBytes(log);
        bytes[middle + 24] ^= 1;
        Files.write(log, bytes);
        try (StoreReader reader = StoreReader.open(directory);
                StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor cursor = snapshot.blocks();
            long spans = 0;
            while (cursor.next()) {
                BlockReader block = cursor.open();
                spans += block == null ? 0 : block.count();
            }
            assertThat(cursor.damagedBlocks()).isEqualTo(1);
            assertThat(spans).isEqualTo(1_500 - 16);
            assertThat(reader.damages().toString()).contains("the header of block");
        }
    }

    @Test
    void rowsOfAnotherLogAreNotUsed() throws IOException {
        Files.write(index, rows);
        byte[] bytes = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(bytes, middle));
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThat(reader.stats().spans()).isLessThan(1_500 - 400);
        }
        Files.write(log, bytes);
        assertThat(blocks()).isEqualTo(expected);
        Files.write(index, new byte[0]);
        Files.write(index.resolveSibling(index.getFileName().toString().replace("05V", "10V")), rows);
        assertThat(blocks()).as("beside the next segment").isEqualTo(expected);
    }

    @Test
    void damagedRowsAreNotUsed() throws IOException {
        List<Integer> places = IntStream.iterate(0, at -> at < rows.length, at -> at + 97)
                .boxed()
                .toList();
        for (int at : places) {
            byte[] damaged = rows.clone();
            damaged[at] ^= 4;
            Files.write(index, damaged);
            assertThat(blocks()).as("byte %d", at).isEqualTo(expected);
        }
        for (int at = rows.length - 56; at < rows.length; at++) {
            byte[] damaged = rows.clone();
            damaged[at] ^= 4;
            Files.write(index, damaged);
            assertThat(sees(middle)).as("byte %d of the footer", at).isTrue();
            Files.write(index, Arrays.copyOf(rows, at));
            assertThat(blocks()).as("cut to %d", at).isEqualTo(expected);
        }
    }
}
