package io.offspan.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.QueryEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call of {@link MisuseCases}, after each of which the store still takes spans and still has those it took. */
class MisuseIT {
    private static final long TRACE = 0x915;

    @TempDir
    static Path parent;

    private static SpanStore store;
    private static long spans;
    private static int passed;

    @BeforeAll
    static void open() {
        store = SpanStore.open(parent.resolve("store"));
        append();
    }

    @AfterAll
    static void close() {
        store.close();
        NamedCases.report("misuse", passed, cases().size());
    }

    static List<MisuseCases.Case> cases() {
        return MisuseCases.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isRefusedAsStated(MisuseCases.Case misuse) {
        Throwable refusal = catchThrowable(() -> misuse.call().on(store));
        assertThat(refusal).isInstanceOf(misuse.refusal());
        assertThat(String.valueOf(refusal.getMessage())).contains(misuse.message());
        append();
        assertThat(QueryEngine.over(store.reader()).trace(TRACE, TRACE).spans()).hasSize((int) spans);
        assertThat(parent.resolve("never")).doesNotExist();
        passed++;
    }

    private static void append() {
        spans++;
        SpanDraft draft = Samples.fill(new SpanDraft(), spans).ids(TRACE, TRACE, spans);
        assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
    }

    @Test
    void unusableDraftsAreRefusedAndCountedAndNothingIsThrown() {
        long before = store.counters().get(Counter.FAILED);
        assertThat(store.append((SpanDraft) null)).isEqualTo(AppendResult.FAILED);
        assertThat(store.append(new SpanDraft().clear().resource((Envelope) null)))
                .isEqualTo(AppendResult.FAILED);
        assertThat(store.counters().get(Counter.FAILED)).isEqualTo(before + 2);
        assertThat(store.failure()).isNull();
        append();
    }

    @Test
    void unknownTraceIsAnEmptyAnswer() {
        assertThat(QueryEngine.over(store.reader())
                        .trace("ffffffffffffffffffffffffffffffff")
                        .spans())
                .isEmpty();
    }

    @Test
    void closedStoreAnswersAndCounts() {
        SpanStore closed = SpanStore.open(parent.resolve("closed"), StoreImage.smallest());
        assertThat(closed.append(Samples.fill(new SpanDraft(), 1))).isEqualTo(AppendResult.ACCEPTED);
        closed.close();
        closed.close();
        assertThat(closed.append(Samples.fill(new SpanDraft(), 2))).isEqualTo(AppendResult.CLOSED);
        OtlpReceipt receipt = closed.appendOtlp(ProtoBytes.request(ProtoBytes.span(3)));
        assertThat(receipt.rejected()).isEqualTo(Map.of("closed", 1));
        assertThat(closed.counters().get(Counter.CLOSED)).isEqualTo(2);
        assertThat(closed.flush(Duration.ofMillis(10))).isFalse();
        assertThat(catchThrowable(closed::reader)).hasMessageContaining("is closed");
        try (SpanStore again = SpanStore.open(parent.resolve("closed"), StoreImage.smallest())) {
            assertThat(again.reader().stats().spans()).isEqualTo(1);
        }
    }

    @Test
    void exhaustedSlabsDropAndCountAndRecover() {
        Path directory = parent.resolve("exhausted");
        try (SpanStore small = SpanStore.open(directory, StoreImage.smallest())) {
            long accepted = 0;
            long offered = 0;
            SpanDraft draft = new SpanDraft();
            while (small.counters().get(Counter.NO_SLAB) == 0 && offered < 5_000_000) {
                accepted += small.append(Samples.fill(draft, ++offered)) == AppendResult.ACCEPTED ? 1 : 0;
            }
            assertThat(small.counters().get(Counter.NO_SLAB)).isEqualTo(1);
            assertThat(accepted).isEqualTo(offered - 1);
            assertThat(small.flush(Duration.ofSeconds(30))).isTrue();
            assertThat(small.append(Samples.fill(draft, ++offered))).isEqualTo(AppendResult.ACCEPTED);
            assertThat(small.reader().stats().spans()).isGreaterThanOrEqualTo(accepted);
        }
    }

    @Test
    void spanOverTheLimitIsRefusedAndCounted() {
        long before = store.counters().get(Counter.TOO_LARGE);
        SpanDraft draft = Samples.fill(new SpanDraft(), 1).attribute("body", "x".repeat(1 + (1 << 20)));
        assertThat(store.append(draft)).isEqualTo(AppendResult.TOO_LARGE);
        assertThat(store.counters().get(Counter.TOO_LARGE)).isEqualTo(before + 1);
    }
}
