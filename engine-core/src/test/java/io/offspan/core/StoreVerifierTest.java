package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Damage;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StoreVerifierTest {
    private static final int SEGMENTS = 3;
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(16)
            .slabBytes(64 << 10)
            .stripes(2)
            .spansPerBlock(64)
            .segmentBytes(8 << 20)
            .segmentSpans(1024)
            .budgetBytes(1L << 40)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofSeconds(30))
            .build();

    @TempDir
    Path parent;

    private Path directory;
    private Path log;
    private long spans;

    @BeforeEach
    void write() {
        directory = parent.resolve("store");
        log = directory.resolve("log");
        try (SpanStore store = SpanStore.open(directory, CONFIG)) {
            SpanDraft draft = new SpanDraft();
            for (int segment = 0; segment < SEGMENTS; segment++) {
                for (int i = 1; i <= 1024; i++) {
                    spans++;
                    draft.clear().ids(1, spans, spans).name("span").times(spans, spans + 1);
                    assertThat(store.append(draft, 0)).isEqualTo(AppendResult.ACCEPTED);
                }
                assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            }
        }
        assertThat(verify()).isEmpty();
        assertThat(log.resolve(SegmentName.of(SEGMENTS))).exists();
    }

    private List<Damage> verify() {
        List<Damage> found = new ArrayList<>();
        try (StoreReader reader = StoreReader.open(directory)) {
            StoreVerifier.Result result = reader.verify(found::add);
            assertThat(result.findings()).isEqualTo(found.size());
        }
        return found;
    }

    private void assertNamed(String file, String said) {
        assertThat(verify()).singleElement().satisfies(damage -> {
            assertThat(damage.file()).isEqualTo("log/" + file);
            assertThat(damage.reason()).contains(said);
        });
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThat(reader.verify(damage -> {}).spans())
                    .as("the rest is checked")
                    .isEqualTo(spans);
        }
    }

    @Test
    void aDirectoryInThePlaceOfASegmentIsNamedAndTheRestChecked() throws IOException {
        Files.createDirectory(log.resolve(SegmentName.of(9)));
        assertNamed(SegmentName.of(9), "special file");
    }

    @Test
    void aPipeInThePlaceOfASegmentIsNamedAndTheRestChecked() throws Exception {
        String pipe = log.resolve(SegmentName.of(9)).toString();
        assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
        assertNamed(SegmentName.of(9), "special file");
    }

    @Test
    void aPipeInThePlaceOfTheSlabsIsNamedAndTheLogChecked() throws Exception {
        Path slabs = directory.resolve(SlabFile.NAME);
        Files.delete(slabs);
        assertThat(new ProcessBuilder("mkfifo", slabs.toString()).start().waitFor())
                .isZero();
        try (StoreReader reader = StoreReader.open(directory)) {
            List<Damage> found = new ArrayList<>();
            assertThat(reader.verify(found::add).spans()).isEqualTo(spans);
            assertThat(found).singleElement().satisfies(damage -> {
                assertThat(damage.file()).isEqualTo(SlabFile.NAME);
                assertThat(damage.reason()).contains("special file", "moved away");
            });
        }
        assertThatThrownBy(() -> SpanStore.open(directory, CONFIG))
                .isInstanceOf(SpanStoreException.NotAStore.class)
                .hasMessageContaining("the slabs are a regular file");
    }

    @Test
    void aLinkOfAnyNameIsNamedAndTheRestChecked() throws IOException {
        Files.createSymbolicLink(log.resolve("anything"), Path.of("/dev/zero"));
        assertNamed("anything", "is a link");
    }

    @Test
    void aDamagedHeaderOfTheQueueIsNamed() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(log.resolve(SegmentName.of(2)).toFile(), "rw")) {
            file.seek(0x20);
            file.write(0xff);
        }
        assertNamed(SegmentName.of(2), "byte 0x20 of its header");
    }

    @Test
    void theNewestSegmentIsMissedWhenItIsGone() throws IOException {
        Files.delete(log.resolve(SegmentName.of(SEGMENTS)));
        assertThat(verify()).singleElement().satisfies(damage -> {
            assertThat(damage.file()).isEqualTo("log/" + SegmentName.of(SEGMENTS));
            assertThat(damage.reason()).contains("missing");
        });
    }

    @Test
    void anEmptiedLogIsNotSound() throws IOException {
        for (int number = 1; number <= SEGMENTS; number++) {
            Files.delete(log.resolve(SegmentName.of(number)));
        }
        assertThat(verify()).hasSize(1);
    }

    @Test
    void aLogThatIsALinkIsRefusedByReadersAsByTheWriter() throws IOException {
        Path elsewhere = parent.resolve("elsewhere");
        Files.move(log, elsewhere);
        Files.createSymbolicLink(log, elsewhere);
        assertThatThrownBy(() -> SpanStore.open(directory, CONFIG)).isInstanceOf(SpanStoreException.class);
        assertThatThrownBy(() -> StoreReader.open(directory))
                .isInstanceOf(SpanStoreException.NotAStore.class)
                .hasMessageContaining("is a link");
    }

    @Test
    @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoeverIsToldOfASlabMayThrow() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("slabs").toFile(), "rw")) {
            file.seek(SlabFile.HEADER_BYTES + SlabLayout.SLAB_OFFSET);
            file.write(0xff);
        }
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThatThrownBy(() -> reader.verify(damage -> {
                        throw new IllegalStateException(damage.reason());
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the header of slab 0");
        }
    }
}
