package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.series.Series;
import io.offspan.query.series.SeriesAnswer;
import io.offspan.query.series.Steps;
import io.offspan.query.traceql.TraceQl;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What indexes count over time is what the spans would be counted to. */
class SeriesByIndexTest {
    private static final int SPANS = 10_000;
    private static final long START = 1_700_000_000_000_000_000L;
    private static final long GAP = 1_000_003;
    private static final List<String> QUESTIONS = List.of(
            "{ } | count_over_time()",
            "{ } | rate() by(resource.service.name)",
            "{ } | count_over_time() by(name)",
            "{ } | count_over_time() by(kind)",
            "{ } | count_over_time() by(status)",
            "{ status = error } | count_over_time() by(name)",
            "{ name = \"n3\" } | count_over_time()",
            "{ false } | count_over_time()");

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final SpanDraft draft = new SpanDraft();

    @TempDir
    Path temporary;

    @Test
    void countsOfAnIndexAreThoseOfAScanAndNoSpanIsLookedAt() {
        StoreConfig config = StoreConfig.builder()
                .slabs(16)
                .spansPerBlock(512)
                .segmentSpans(4_096)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .build();
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), config);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            for (int i = 0; i < SPANS; i++) {
                append(store, i, 1 + random.nextInt(5));
            }
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            while (index.doWork() > 0) {
                assertThat(index.failure()).isNull();
            }
            QueryEngine indexed = QueryEngine.over(store.reader());
            QueryEngine scanning = QueryEngine.scanning(store.reader());
            long end = START + SPANS * GAP;
            List<Steps> ranges = List.of(
                    Steps.range(START, end, 1_000_000_000),
                    Steps.range(START + SPANS / 3 * GAP, end - SPANS / 4 * GAP, 70_000_000),
                    Steps.instant(START - GAP, end),
                    Steps.instant(START + 7, START + 8),
                    Steps.instant(1, 2));
            for (String question : QUESTIONS) {
                for (Steps steps : ranges) {
                    SeriesAnswer byIndex = indexed.series(TraceQl.parseMetrics(question), steps);
                    SeriesAnswer byScan = scanning.series(TraceQl.parseMetrics(question), steps);
                    assertThat(byIndex.series().toString())
                            .as("%s over %s, seed %d", question, steps, seed)
                            .isEqualTo(byScan.series().toString());
                }
                SeriesAnswer whole = indexed.series(TraceQl.parseMetrics(question), ranges.get(2));
                assertThat(whole.outcome().spansVisited()).as(question).isZero();
            }
            // Between two spans of the same rough start, only the spans can tell.
            Steps within = Steps.instant(START + 100 * GAP - 1, START + 101 * GAP);
            Series one = indexed.series(TraceQl.parseMetrics("{ } | count_over_time()"), within)
                    .series()
                    .get(0);
            assertThat(one.value(0)).isEqualTo(2);
            // A range that is all within one rough start.
            Steps shortest = Steps.instant(START + 100 * GAP - 1, START + 100 * GAP);
            assertThat(indexed.series(TraceQl.parseMetrics("{ } | count_over_time()"), shortest)
                            .series()
                            .get(0)
                            .value(0))
                    .isEqualTo(1);
        }
    }

    private void append(SpanStore store, int number, int service) {
        byte[] resource = Resource.newBuilder()
                .addAttributes(KeyValue.newBuilder()
                        .setKey("service.name")
                        .setValue(AnyValue.newBuilder().setStringValue("service " + service)))
                .build()
                .toByteArray();
        long start = START + number * GAP;
        draft.clear()
                .ids(1, 1 + number, 1 + number)
                .times(start, start + random.nextInt(1_000_000))
                .name("n" + random.nextInt(7))
                .kind(random.nextInt(6))
                .status(random.nextInt(3))
                .resource(new Envelope().set(resource, 0, resource.length, new byte[0], 0, 0));
        assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
    }
}
