package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Reading;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;

/** Every span that was ever accepted is live, retired or lost, by what the metrics say, while retention deletes all that it may. */
class StoreConservationPropertyTest {
    private static final int SEGMENT_SPANS = 1024;
    private static final long POLL_NANOS = 5_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Path> folders = new ArrayList<>();

    /** A store over several openings, with the sums of what those before this one have counted. */
    private static final class Life {
        private final Path directory;
        private SpanStore store;
        private long accepted;
        private long gone;
        private long id;

        Life(Path directory) {
            this.directory = directory;
            store = open();
        }

        private SpanStore open() {
            return SpanStore.open(
                    directory,
                    StoreConfig.builder()
                            .slabs(16)
                            .slabBytes(64 * 1024)
                            .spansPerBlock(64)
                            .segmentSpans(SEGMENT_SPANS)
                            .maxAge(Duration.ofMillis(1))
                            .syncInterval(Duration.ofMillis(10))
                            .build());
        }

        void append(int spans) {
            SpanDraft draft = new SpanDraft();
            long begun = System.nanoTime();
            for (int i = 0; i < spans; i++) {
                id++;
                draft.clear().ids(1, id, id).name("span").times(id, id + 1);
                while (store.append(draft) != AppendResult.ACCEPTED) {
                    assertThat(System.nanoTime() - begun)
                            .as("span %d is not accepted", id)
                            .isLessThan(PATIENCE.toNanos());
                    Thread.onSpinWait();
                }
            }
        }

        void reopen() {
            store.close();
            accepted += store.counters().get(Counter.ACCEPTED);
            gone += store.counters().get(Counter.RETIRED_SPANS)
                    + store.counters().get(Counter.LOST_SPANS);
            store = open();
        }

        long value(String metric) {
            return Stream.concat(
                            StoreMetrics.counted(store.counters()::get).stream(), StoreMetrics.held(store).stream())
                    .filter(reading -> reading.metric().name().equals(metric))
                    .mapToLong(Reading::value)
                    .sum();
        }

        long accepted() {
            return accepted + value("offspan.store.spans.accepted");
        }

        long retired() {
            return gone + value("offspan.store.spans.retired") + value("offspan.store.spans.lost");
        }

        /** Says by how much the law is broken: the metrics are read one after another, while segments are deleted. */
        long missing() {
            return accepted() - retired() - value("offspan.store.spans.live");
        }
    }

    @Property(tries = 12)
    void whatWasAcceptedIsLiveRetiredOrLost(@ForAll @Size(max = 8) List<@IntRange(max = 1_500) Integer> events)
            throws IOException {
        Path folder = Files.createTempDirectory("conservation");
        folders.add(folder);
        Life life = new Life(folder.resolve("store"));
        long appended = 0;
        try {
            for (int event : events) {
                if (event % 5 == 0) {
                    life.reopen();
                } else {
                    life.append(event);
                    appended += event;
                }
                assertThat(life.store.flush(PATIENCE)).isTrue();
                await(() -> life.missing() == 0, life);
            }
            assertThat(life.accepted()).isEqualTo(appended);
            // All but the segment that is being written, and the one that a roll may just have ended.
            boolean mustRetire = appended > 3 * SEGMENT_SPANS;
            await(() -> !mustRetire || life.retired() > 0, life);
        } finally {
            life.store.close();
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition, Life life) {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - begun)
                    .as("accepted %d, retired or lost %d, missing %d", life.accepted(), life.retired(), life.missing())
                    .isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE.toSeconds()));
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @AfterTry
    void delete() throws IOException {
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        folders.clear();
    }
}
