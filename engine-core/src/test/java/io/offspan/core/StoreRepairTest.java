package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.log.LogFiles;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repair brings back, sets aside and leaves alone. */
class StoreRepairTest {
    private static final int SPANS = 40;
    private static final int BLOCK_SPANS = 16;

    @TempDir
    Path parent;

    private Path directory() {
        return parent.resolve("store");
    }

    @Test
    void bringsAllButTheDamagedBlockToALogThatVerifies() throws IOException {
        write(3);
        damage(2, "span " + (SPANS + 5));
        assertThat(findings()).isNotEmpty();

        StoreRepair.Result result = StoreRepair.run(directory());

        assertThat(result.setAside()).containsExactly("log/" + SegmentName.setAside(2));
        assertThat(result.movedSpans()).isEqualTo(SPANS - BLOCK_SPANS);
        assertThat(result.lostBlocks()).isEqualTo(1);
        assertThat(result.lostSpans()).isEqualTo(BLOCK_SPANS);
        assertThat(findings()).isEmpty();
        List<Long> expected =
                new ArrayList<>(LongStream.rangeClosed(1, 3 * SPANS).boxed().toList());
        expected.removeIf(id -> id > SPANS && id <= SPANS + BLOCK_SPANS);
        assertThat(spans()).isEqualTo(expected);

        write(1);
        assertThat(findings()).as("after another opening").isEmpty();
    }

    @Test
    void aSoundStoreIsLeftAsItIs() throws IOException {
        write(2);
        List<String> before = names();
        StoreRepair.Result result = StoreRepair.run(directory());
        assertThat(result).isEqualTo(new StoreRepair.Result(0, 0, 0, List.of()));
        assertThat(names()).isEqualTo(before);
    }

    @Test
    void whatIsMissingWithoutARepairIsStillReported() throws IOException {
        write(3);
        Files.delete(directory().resolve("log").resolve(SegmentName.of(2)));
        assertThat(findings()).first().asString().contains("are missing before this segment");
    }

    @Test
    void aStoreThatSomebodyWritesIsNotRepaired() throws IOException {
        write(2);
        damage(1, "span 5");
        try (SpanStore writer = SpanStore.openAnew(directory(), config())) {
            assertThat(writer.failure()).isNull();
            assertThatThrownBy(() -> StoreRepair.run(directory())).isInstanceOf(SpanStoreException.Locked.class);
        }
        assertThat(directory().resolve("log").resolve(SegmentName.of(1))).exists();
    }

    private static StoreConfig config() {
        return StoreConfig.builder().spansPerBlock(BLOCK_SPANS).build();
    }

    /** Opens the store so many times, each time for a segment of its own, and appends spans with ids from 1 on. */
    private void write(int segments) throws IOException {
        long id = Files.exists(directory()) ? spans().size() : 0;
        for (int i = 0; i < segments; i++) {
            try (SpanStore store = SpanStore.openAnew(directory(), config())) {
                SpanDraft draft = new SpanDraft();
                for (int n = 0; n < SPANS; n++) {
                    id++;
                    draft.clear().ids(7, id, id).name("span " + id).times(id, id + 1);
                    assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
                }
                assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            }
        }
    }

    private void damage(int segment, String text) throws IOException {
        Path file = directory().resolve("log").resolve(SegmentName.of(segment));
        int at = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(at).as("place of '%s' in %s", text, file).isPositive();
        LogFiles.flip(file, at, 1);
    }

    private List<String> findings() {
        List<String> findings = new ArrayList<>();
        try (StoreReader reader = StoreReader.open(directory())) {
            reader.verify(place -> findings.add(place.toString()));
        }
        return findings;
    }

    private List<Long> spans() {
        List<Long> ids = new ArrayList<>();
        try (StoreReader reader = StoreReader.open(directory())) {
            reader.follower(Position.START).poll(block -> {
                for (int i = 0; i < block.count(); i++) {
                    ids.add(block.span(i).spanId());
                }
            });
        }
        Collections.sort(ids);
        return ids;
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory().resolve("log"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
