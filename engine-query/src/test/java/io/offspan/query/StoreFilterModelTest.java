package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.Filter;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters over a real store of several segments, partly still in its slabs, find what the model finds. */
class StoreFilterModelTest {
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(16)
            .spansPerBlock(128)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofSeconds(30))
            .build();

    private static final int FILTERS = Integer.getInteger("offspan.filters.count", Gate.size(20, 50));
    private static final int NEZHA_REQUESTS = Gate.size(300, 2_333);

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final NaiveEvaluator model = new NaiveEvaluator();

    @TempDir
    Path temporary;

    @Test
    void overTheOpenTelemetryDemo() throws IOException {
        compare("otel-demo", Corpora.otelDemo());
    }

    @Test
    void overATrainTicketShop() throws IOException {
        compare("nezha", Corpora.nezha().subList(0, NEZHA_REQUESTS));
    }

    @Test
    void overRandomSpans() {
        compare("random spans", new RandomSpans(random).requests(3_000));
    }

    private void compare(String name, List<ExportTraceServiceRequest> requests) {
        Path directory = temporary.resolve("store");
        List<ModelSpan> spans = ModelSpan.of(requests);
        FilterGenerator generator = new FilterGenerator(spans, random);
        try (SpanStore store = SpanStore.open(directory, CONFIG);
                StoreReader outside = StoreReader.open(directory)) {
            int half = requests.size() / 2;
            append(store, requests.subList(0, half));
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            append(store, requests.subList(half, requests.size()));
            compare(outside, generator, spans, FILTERS);
            try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
                for (int i = 0; i < FILTERS; i++) {
                    index.doWork();
                    compare(store.reader(), generator, spans, 1);
                }
                assertThat(index.failure()).isNull();
                assertThat(index.counters().spansIndexed()).isPositive();
            }
        }
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThat(reader.stats().segments()).isGreaterThan(1);
            compare(reader, generator, spans, FILTERS);
            try (SpanIndex index = SpanIndex.open(reader, IndexLimits.DEFAULT)) {
                while (index.doWork() > 0) {}
                assertThat(index.counters().spansIndexed())
                        .as("what is in no file")
                        .isBetween(1L, spans.size() - 1L);
                compare(reader, generator, spans, FILTERS);
            }
        }
        System.out.printf(
                "%d filters over a store of %s equal the model, %d of them by index; seed %d%n",
                4 * FILTERS, name, 2 * FILTERS, seed);
    }

    private static void append(SpanStore store, List<ExportTraceServiceRequest> requests) {
        for (ExportTraceServiceRequest request : requests) {
            assertThat(store.appendOtlp(request.toByteArray()).rejectedCount()).isZero();
        }
    }

    private void compare(StoreReader reader, FilterGenerator generator, List<ModelSpan> spans, int filters) {
        QueryEngine search = QueryEngine.over(reader);
        for (int i = 0; i < filters; i++) {
            Filter filter = generator.next();
            List<String> expected = spans.stream()
                    .filter(span -> model.passes(filter, span))
                    .sorted(FilterModelTest.NEWEST_FIRST)
                    .map(StoreFilterModelTest::name)
                    .toList();
            ScanOutcome counted = search.explain(Query.where(filter));
            assertThat(counted.complete()).isTrue();
            assertThat(counted.spansMatched()).as("%s, seed %d", filter, seed).isEqualTo(expected.size());
            List<String> found = new ArrayList<>();
            try (SpanCursor answer = search.find(Query.where(filter).limit(20))) {
                while (answer.next()) {
                    found.add(answer.view().traceIdHex() + "/"
                            + HexFormat.of().toHexDigits(answer.view().spanId()));
                }
            }
            assertThat(found)
                    .as("%s, seed %d", filter, seed)
                    .isEqualTo(expected.subList(0, Math.min(20, expected.size())));
        }
    }

    static String name(ModelSpan model) {
        HexFormat hex = HexFormat.of();
        return hex.formatHex(model.span().getTraceId().toByteArray()) + "/"
                + hex.formatHex(model.span().getSpanId().toByteArray());
    }
}
