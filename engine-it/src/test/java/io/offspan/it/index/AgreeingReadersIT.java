package io.offspan.it.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.query.SpanIndex;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that read a store, one with an index of its own, have the scan's answers while a third writes and seals it. */
@Timeout(300)
class AgreeingReadersIT {
    private static final int SECONDS = Gate.size(3, 20);
    private static final int PATIENCE = 100;
    private static final int FIRST_SPANS = 30_000;
    private static final int MOST_SPANS = Gate.size(150_000, 600_000);
    private static final int BATCH = 500;

    @TempDir
    Path scratch;

    @Test
    void twoReadersAndAWriterAgree() {
        StoreConfig config = IndexLife.small()
                .segmentSpans(16_384)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .build();
        long sealed;
        int spans;
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), config);
                SpanIndex index = SpanIndex.over(store)) {
            append(store, 0, FIRST_SPANS);
            spans = FIRST_SPANS;
            try (ChildJvm one = reader(false);
                    ChildJvm other = reader(true)) {
                while ((one.alive() || other.alive()) && spans < MOST_SPANS) {
                    append(store, spans, spans + BATCH);
                    spans += BATCH;
                }
                assertThat(one.await(SECONDS + PATIENCE)).as(one.report()).isZero();
                assertThat(other.await(SECONDS + PATIENCE)).as(other.report()).isZero();
                new Gate("agree", 0)
                        .put("seconds", SECONDS)
                        .put("spans", spans)
                        .put("files", one.output().trim().replace(' ', ','))
                        .put("own", other.output().trim().replace(' ', ','))
                        .report(true);
                assertThat(one.output()).doesNotContain("counted=0 ");
                assertThat(other.output()).doesNotContain("counted=0 ");
            }
            assertThat(index.failure()).isNull();
            sealed = index.counters().segmentsSealed();
        }
        assertThat(sealed).isPositive();
    }

    private ChildJvm reader(boolean own) {
        return ChildJvm.of(AgreeingReader.class)
                .scratch(scratch)
                .arguments(scratch.resolve("store"), SECONDS, own)
                .start();
    }

    /** Each trace is complete before the next one begins, and so is each round of routes. */
    private static void append(SpanStore store, int from, int to) {
        SpanDraft draft = new SpanDraft();
        for (int i = from; i < to; i++) {
            draft.clear()
                    .ids(7, 1 + i / AgreeingReader.TRACE_SPANS, 1 + i)
                    .times(1_000L * (i + 1), 1_000L * (i + 1) + 10)
                    .name("op");
            draft.attribute("route", "route " + i % AgreeingReader.ROUTES);
            assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
        }
    }
}
