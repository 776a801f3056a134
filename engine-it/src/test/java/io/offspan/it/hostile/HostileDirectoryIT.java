package io.offspan.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.QueryEngine;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every state of a directory in {@link DirectoryCases}: refused with a reason and whole after the remedy, or opened with what is good. */
class HostileDirectoryIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String CANARY = "offspan.canary";
    private static final long BEFORE = 0xbef0;
    private static final long AFTER = 0xaf7e;

    /** A store whose slabs are full of noise takes spans when it has looked through them. */
    private static StoreConfig config() {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(4)
                .stripes(1)
                .maxSpanBytes(4 << 10)
                .largeSlabs(1)
                .segmentBytes(1 << 20)
                .budgetBytes(64L << 20)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(LONG)
                .build();
    }

    private static int passed;

    @TempDir
    Path parent;

    /** Every third in a plain build, all of them with the profile {@code gates}. */
    static List<DirectoryCases.Case> cases() {
        List<DirectoryCases.Case> all = DirectoryCases.all();
        int stride = Gate.size(3, 1);
        return IntStream.range(0, all.size())
                .filter(i -> i % stride == 0)
                .mapToObj(all::get)
                .toList();
    }

    @AfterAll
    static void report() {
        NamedCases.report("directory", passed, cases().size());
    }

    @AfterEach
    void nobodyLoadedAClassThatAFileNames() {
        assertThat(System.getProperty(CANARY)).as("the canary").isNull();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    @Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void isRefusedOrOpened(DirectoryCases.Case hostile) throws IOException {
        Path directory = parent.resolve("store");
        try (SpanStore store = SpanStore.open(directory, config())) {
            append(store, BEFORE, DirectoryCases.SPANS);
        }
        Path victim = DirectoryCases.victim(directory);
        hostile.damage().apply(directory);
        readersSurvive(directory);
        if (hostile.refusal() != null) {
            Throwable refusal =
                    catchThrowable(() -> SpanStore.open(directory, config()).close());
            assertThat(refusal).isInstanceOf(hostile.refusal()).hasMessageContaining(hostile.message());
            hostile.remedy().apply(directory);
        }
        try (SpanStore store = SpanStore.open(directory, config())) {
            append(store, AFTER, 5);
            assertThat(store.flush(LONG)).as("flushed; " + store.failure()).isTrue();
            assertThat(store.failure()).isNull();
            if (hostile.refusal() == null) {
                assertThat(store.counters().get(Counter.QUARANTINED_FILES))
                        .as("files put aside")
                        .isEqualTo(hostile.quarantined());
            }
            QueryEngine engine = QueryEngine.over(store.reader());
            assertThat(engine.trace(BEFORE, BEFORE).spans()).as("spans before").hasSize(hostile.spans());
            assertThat(engine.trace(AFTER, AFTER).spans()).as("spans after").hasSize(5);
        }
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThat(reader.stats().spans()).as("nothing but these").isGreaterThanOrEqualTo(hostile.spans() + 5);
            reader.verify(damage -> {});
        }
        assertThat(victim).hasContent("precious");
        passed++;
    }

    /** A reader beside or without a writer either opens or says why not. */
    private static void readersSurvive(Path directory) {
        try (StoreReader reader = StoreReader.open(directory)) {
            QueryEngine.over(reader).trace(BEFORE, BEFORE);
            reader.verify(damage -> {});
        } catch (io.offspan.core.value.SpanStoreException declared) {
            assertThat(declared.getMessage()).isNotBlank();
        }
    }

    private static void append(SpanStore store, long trace, int spans) {
        for (int i = 1; i <= spans; i++) {
            SpanDraft draft = Samples.fill(new SpanDraft(), i).ids(trace, trace, i);
            assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
        }
    }
}
