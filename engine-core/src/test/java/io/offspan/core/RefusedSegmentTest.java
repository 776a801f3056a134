package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.files.FailingDisk;
import io.offspan.core.value.AppendResult;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment that must not be continued is not, though the disk refuses the next one at first. */
class RefusedSegmentTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path scratch;

    @Test
    void whatWasNotForcedIsLeftAloneEvenIfTheNextSegmentIsRefusedOnce() {
        StoreConfig config =
                StoreConfig.builder().syncInterval(Duration.ofMinutes(5)).build();
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), config)) {
            append(store);
            assertThat(store.awaitSynced(LONG)).isTrue();
            try (FailingDisk disk = FailingDisk.below(scratch)) {
                disk.failing("FORCE", 1);
                append(store);
                assertThat(store.awaitSynced(LONG)).isFalse();
                disk.failing("RESERVE", 1);
                append(store);
                assertThat(store.flush(LONG)).isTrue();
                assertThat(disk.done().stream().filter(each -> each.startsWith("RESERVE")))
                        .hasSizeGreaterThan(1);
            }
            assertThat(store.reader().stats().spans()).isEqualTo(3);
            assertThat(store.reader().stats().segments()).isEqualTo(2);
        }
    }

    private static void append(SpanStore store) {
        SpanDraft draft = new SpanDraft().clear().ids(1, 2, 3).name("GET /cart").times(10, 20);
        assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
    }
}
