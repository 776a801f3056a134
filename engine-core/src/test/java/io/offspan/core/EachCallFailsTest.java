package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.files.FailingDisk;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gate G4: in one life of a store, with an opening, a flush, a force, a roll and a closing, one call to the disk fails, the first of its
 * kind, the second and so on to the last. It is said or made up for, and every span that was acknowledged is there afterwards, once.
 */
class EachCallFailsTest {
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(8)
            .slabBytes(64 << 10)
            .stripes(2)
            .spansPerBlock(64)
            .maxSpanBytes(64 << 10)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofSeconds(60))
            .segmentSpans(1024)
            .segmentBytes(8 << 20)
            .budgetBytes(1L << 30)
            .build();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** How many of the first calls of a kind fail, one in each life; at length all of them do. */
    private static final int MOST = Gate.size(2, 1_000);

    @TempDir
    Path parent;

    private long next;

    @ParameterizedTest
    @ValueSource(strings = {"OPEN", "CREATE", "RESERVE", "MAP", "FORCE", "RENAME", "DELETE"})
    void aCallThatFailsOnceLosesNoSpan(String work) {
        int lives = 0;
        int refusedOpenings = 0;
        int forcesCounted = 0;
        boolean fell = true;
        while (fell && lives < MOST) {
            Path directory = parent.resolve("store" + lives);
            next = 1;
            try (SpanStore store = SpanStore.open(directory, CONFIG)) {
                append(store, 100);
            }
            try (FailingDisk disk = FailingDisk.below(directory).failing(work, lives + 1)) {
                StoreCounters counters = live(directory);
                refusedOpenings += counters == null ? 1 : 0;
                fell = !disk.failed().isEmpty();
                if (counters != null && disk.failed().matches("FORCE log(/.*[.]cq4)?")) {
                    forcesCounted++;
                    assertThat(counters.get(Counter.FAILED_SYNCS)).isEqualTo(1);
                }
            }
            try (SpanStore store = SpanStore.open(directory, CONFIG)) {
                append(store, 10);
                assertThat(store.awaitSynced(PATIENCE)).isTrue();
                assertThat(ids(store))
                        .as("%s %d", work, lives + 1)
                        .containsExactlyInAnyOrderElementsOf(
                                LongStream.range(1, next).boxed().toList());
            }
            lives++;
        }
        new Gate("G4-" + work, 0)
                .put("lives", lives)
                .put("refused_openings", refusedOpenings)
                .put("failed_syncs", forcesCounted)
                .report(lives >= leastLives(work));
        assertThat(lives).as("lives, the last one without a failed call").isGreaterThanOrEqualTo(leastLives(work));
    }

    /** A segment is renamed only where one was ready in time, which nobody waits for. */
    private static int leastLives(String work) {
        return work.equals("RENAME") ? 1 : 2;
    }

    /** Lives once, and returns what the store has counted; null when it could not be opened. */
    private @Nullable StoreCounters live(Path directory) {
        SpanStore opened;
        try {
            opened = SpanStore.open(directory, CONFIG);
        } catch (SpanStoreException refused) {
            assertThat(refused).hasMessageContaining("Planted");
            return null;
        }
        try (SpanStore store = opened) {
            append(store, 200);
            assertThat(store.flush(PATIENCE)).isTrue();
            append(store, 1_000);
            long failed = opened.counters().get(Counter.FAILED_SYNCS);
            if (store.awaitSynced(PATIENCE)) {
                assertThat(failed).isZero();
            } else {
                assertThat(opened.counters().get(Counter.FAILED_SYNCS)).isEqualTo(1);
            }
            assertThat(store.failure()).isNull();
        }
        return opened.counters();
    }

    private void append(SpanStore store, int spans) {
        SpanAppender appender = store.newAppender();
        for (int i = 0; i < spans; i++) {
            appender.draft().ids(1, 1, next).name("GET /cart").times(next, next + 1);
            assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
            next++;
        }
    }

    private static List<Long> ids(SpanStore store) {
        List<Long> ids = new ArrayList<>();
        try (StoreSnapshot snapshot = store.reader().snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next()) {
                BlockReader block = blocks.open();
                assertThat(block).isNotNull();
                for (int i = 0; i < block.count(); i++) {
                    ids.add(block.span(i).spanId());
                }
            }
        }
        return ids;
    }
}
