package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small store of each released version is read, verified and continued; one from before the first release is refused. */
class ReleasedStoresTest {
    private static final int SPANS = 20;

    @TempDir
    Path parent;

    @ParameterizedTest
    @ValueSource(ints = 2)
    void aStoreOfAReleasedVersionIsReadAndContinued(int version) throws IOException {
        Path directory = unpack("stores/" + version + ".zip");
        assertThat(names(directory)).isEqualTo(expected(SPANS));
        try (SpanStore store = SpanStore.open(directory, config())) {
            append(store, SPANS + 1);
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(names(directory)).isEqualTo(expected(SPANS + 1));
    }

    @Test
    void theVersionOfThisReleaseHasAStore() throws IOException {
        Path directory = parent.resolve("made");
        try (SpanStore store = SpanStore.open(directory, config())) {
            for (int i = 1; i <= SPANS; i++) {
                append(store, i);
            }
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
        }
        Path made = Files.createDirectories(Path.of("target", "stores")).resolve(BlockLayout.VERSION + ".zip");
        pack(directory, made);
        assertThat(ReleasedStoresTest.class.getResource("/stores/" + made.getFileName()))
                .as(
                        "a store of version %s; add the one that is now in %s, and its number to the test above",
                        made, made)
                .isNotNull();
    }

    @Test
    void aStoreFromBeforeTheFirstReleaseIsRefusedWithTheWayToCarryItOver() throws IOException {
        Path directory = unpack("unreleased/1.zip");
        refused(directory);
        Files.delete(directory.resolve("slabs"));
        refused(directory);
    }

    private static void refused(Path directory) throws IOException {
        Map<String, byte[]> before = files(directory);
        assertThatThrownBy(() -> names(directory))
                .isInstanceOf(SpanStoreException.TooOld.class)
                .hasMessageContaining("version 1")
                .hasMessageContaining("'export'")
                .hasMessageContaining("'ingest'");
        assertThatThrownBy(() -> SpanStore.open(directory, config())).isInstanceOf(SpanStoreException.TooOld.class);
        Map<String, byte[]> after = files(directory);
        before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
    }

    private static StoreConfig config() {
        return StoreConfig.builder()
                .slabs(4)
                .stripes(1)
                .slabBytes(64 << 10)
                .spansPerBlock(16)
                .largeSlabs(1)
                .maxSpanBytes(16 << 10)
                .build();
    }

    private static void append(SpanStore store, int i) {
        SpanDraft draft = new SpanDraft().clear().ids(7, i, i).name("span " + i).times(i, i + 1);
        draft.kind(i % 6).status(i % 3).attribute("number", i).attribute("text", "value " + i % 3);
        draft.event(i, "event").attribute("yes", true).link(1, 2, 3);
        int result = store.append(draft);
        while (result == AppendResult.NO_SLAB) {
            Thread.onSpinWait();
            result = store.append(draft);
        }
        assertThat(result).isEqualTo(AppendResult.ACCEPTED);
    }

    private static List<String> expected(int spans) {
        return Stream.iterate(1, i -> i + 1).limit(spans).map(i -> "span " + i).toList();
    }

    private static List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (StoreReader reader = StoreReader.open(directory)) {
            reader.follower(Position.START).poll(block -> {
                for (int i = 0; i < block.count(); i++) {
                    block.span(i).validate();
                    names.add(block.span(i).name());
                }
            });
            assertThat(reader.verify(damage -> {}).sound()).isTrue();
        }
        return names;
    }

    private static Map<String, byte[]> files(Path directory) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static void pack(Path directory, Path zip) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip), StandardCharsets.UTF_8)) {
            for (Map.Entry<String, byte[]> file : files(directory).entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
                out.closeEntry();
            }
        }
    }

    private Path unpack(String zip) throws IOException {
        Path directory = parent.resolve("store");
        try (InputStream found = ReleasedStoresTest.class.getResourceAsStream("/" + zip)) {
            assertThat(found).as(zip).isNotNull();
            ZipInputStream in = new ZipInputStream(found, StandardCharsets.UTF_8);
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.write(file, in.readAllBytes());
            }
        }
        return directory;
    }
}
