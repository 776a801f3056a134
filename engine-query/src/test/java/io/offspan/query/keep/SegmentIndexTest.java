package io.offspan.query.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.files.IndexDisk;
import io.offspan.core.segment.Segment;
import io.offspan.query.SpanIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentIndexTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path temporary;

    @Test
    void aFileThatIsRefusedIsCountedOnceAsAScan() {
        Path directory = temporary.resolve("store");
        StoreConfig config = StoreConfig.builder().segmentSpans(1_024).build();
        try (SpanStore store = SpanStore.open(directory, config);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            SpanDraft draft = new SpanDraft();
            for (int i = 1; i <= 1_100; i++) {
                store.append(draft.clear().ids(1, i, i).times(i, i).name("a"));
            }
            assertThat(store.flush(SOON)).isTrue();
            assertThat(index.await(SOON)).isTrue();
            try (StoreSnapshot snapshot = store.reader().snapshot();
                    LeafIndexes one = new LeafIndexes();
                    LeafIndexes other = new LeafIndexes()) {
                assertThat(one.show(snapshot.leaf(0))).isNotNull();
                assertThat(other.show(snapshot.leaf(0))).isNotNull();
                one.refuse();
                one.refuse();
                other.refuse();
                assertThat(index.counters().scans(WhyScanned.UNUSABLE_FILE)).isEqualTo(1);
                assertThat(one.show(snapshot.leaf(0))).isNull();
                assertThat(index.counters().scans(WhyScanned.UNUSABLE_FILE)).isEqualTo(2);
            }
        }
    }

    @Test
    void aFileThatWasRefusedIsNotReadAgainUntilSomebodyWritesToIt() throws IOException {
        Path directory = temporary.resolve("store");
        StoreConfig config = StoreConfig.builder().segmentSpans(1_024).build();
        try (SpanStore store = SpanStore.open(directory, config);
                SpanIndex index = SpanIndex.over(store)) {
            SpanDraft draft = new SpanDraft();
            for (int i = 1; i <= 1_100; i++) {
                store.append(draft.clear().ids(1, i, i).times(i, i).name("a"));
            }
            assertThat(store.flush(SOON)).isTrue();
            assertThat(index.await(SOON)).isTrue();
        }
        try (StoreReader reader = StoreReader.open(directory);
                StoreSnapshot snapshot = reader.snapshot();
                IndexDisk disk = IndexDisk.watched()) {
            Segment segment = snapshot.leaf(0).segment();
            Path file = segment.indexFile();
            byte[] whole = Files.readAllBytes(file);
            FileTime time = Files.getLastModifiedTime(file);
            whole[100] ^= 1;
            Files.write(file, whole);
            Files.setLastModifiedTime(file, time);
            SegmentIndex index = SegmentIndex.of(segment);
            assertThat(index.open()).isEqualTo(FileState.DAMAGED);
            whole[100] ^= 1;
            Files.write(file, whole);
            Files.setLastModifiedTime(file, time);
            int done = disk.done();
            assertThat(index.open()).as("as far as can be told").isEqualTo(FileState.DAMAGED);
            assertThat(disk.done()).isEqualTo(done);
            Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 1_000));
            assertThat(index.open()).isEqualTo(FileState.WHOLE);
        }
    }
}
