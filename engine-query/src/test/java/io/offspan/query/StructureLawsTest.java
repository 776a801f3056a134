package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.scan.SnapshotLeaves;
import io.offspan.query.trace.GroupLimits;
import io.offspan.query.traceql.TraceQl;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of relations and groups whatever the spans are, and wherever they lie: in slabs, in segments, indexed, sealed, opened again. */
class StructureLawsTest {
    private static final int ROUNDS = Gate.size(2, 12);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<String> KINSHIPS = List.of(">>", ">", "<<", "<", "~");
    private static final List<String> GROUPINGS = List.of("name", "kind", "resource.service.name", ".a");
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(16)
            .spansPerBlock(64)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(SOON)
            .build();

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<ExportTraceServiceRequest> requests = RandomTraces.requests(1_300, random);
    private final FilterGenerator filters = new FilterGenerator(ModelSpan.of(requests), random);
    private final List<String> sides = new ArrayList<>();

    @TempDir
    Path temporary;

    private static List<String> spans(QueryEngine engine, String query) {
        List<String> found = new ArrayList<>();
        try (SpanCursor cursor = engine.find(Query.traceQl(query).limit(Query.MAX_LIMIT))) {
            while (cursor.next()) {
                found.add(cursor.view().traceIdHex() + " " + cursor.view().spanId() + " "
                        + cursor.view().startNanos());
            }
        }
        return found;
    }

    /** Checks the laws of one pair of sides, and returns the answers. */
    private List<List<String>> check(QueryEngine engine, String a, String b) {
        List<List<String>> answers = new ArrayList<>();
        List<String> right = spans(engine, b);
        for (String kinship : KINSHIPS) {
            String context = a + " " + kinship + " " + b + ", seed " + seed;
            List<String> some = spans(engine, a + " " + kinship + " " + b);
            List<String> none = spans(engine, a + " !" + kinship + " " + b);
            List<String> pairs = spans(engine, a + " &" + kinship + " " + b);
            assertThat(right).as(context).containsAll(some);
            assertThat(pairs).as(context).containsAll(some);
            List<String> joined = new ArrayList<>(some);
            joined.addAll(none);
            assertThat(joined.stream().sorted().toList())
                    .as("%s: with the relation and without", context)
                    .isEqualTo(right.stream().sorted().toList());
            answers.addAll(List.of(some, none, pairs));
        }
        List<String> exceptions = spans(engine, b + " except " + a);
        List<String> others = spans(engine, "(" + b + " && " + a + ") && " + b);
        assertThat(new TreeSet<>(right)).as("seed %d", seed).containsAll(exceptions);
        answers.add(exceptions);
        answers.add(others);
        for (String by : GROUPINGS) {
            List<String> grouped = spans(engine, b + " | by(" + by + ") | count() > 0 | coalesce()");
            assertThat(grouped).as("%s by %s, seed %d", b, by, seed).isEqualTo(right);
            answers.add(spans(engine, b + " | by(" + by + ") | count() > 1"));
        }
        return answers;
    }

    /** Returns a choice of spans that the language can say. */
    private String side() {
        while (true) {
            String text = Pipeline.of(filters.next()).toString();
            try {
                return TraceQl.parse(text).toString();
            } catch (QueryException unsaid) {
                assertThat(text).isNotEmpty();
            }
        }
    }

    private List<List<String>> checkAll(QueryEngine engine) {
        List<List<String>> answers = new ArrayList<>();
        for (int i = 0; i + 1 < sides.size(); i += 2) {
            answers.addAll(check(engine, sides.get(i), sides.get(i + 1)));
        }
        return answers;
    }

    private void requireSame(StoreReader reader, List<List<String>> expected, String where) {
        List<List<String>> answers = checkAll(QueryEngine.over(reader));
        assertThat(answers).as("%s, seed %d", where, seed).isEqualTo(expected);
    }

    private void requireSameInParts(StoreReader reader, List<List<String>> expected) {
        GroupLimits few = new GroupLimits(1_000, 400, 100_000);
        List<List<String>> answers = checkAll(new QueryEngine(() -> new SnapshotLeaves(reader, true), few));
        assertThat(answers).as("in parts, seed %d", seed).isEqualTo(expected);
    }

    @Test
    void theyHoldAndAnswersStayWhatTheyAreWhereverTheSpansGo() {
        for (int i = 0; i < ROUNDS; i++) {
            // Of all spans there is an answer, whatever the other side is.
            sides.add(i % 4 == 1 ? "{ }" : side());
        }
        Path directory = temporary.resolve("store");
        List<List<String>> expected;
        try (SpanStore store = SpanStore.open(directory, CONFIG)) {
            requests.forEach(request -> store.appendOtlp(request.toByteArray()));
            expected = checkAll(QueryEngine.scanning(store.reader()));
            assertThat(store.flush(SOON)).isTrue();
            requireSame(store.reader(), expected, "in segments");
            try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
                assertThat(index.await(SOON)).isTrue();
                requireSame(store.reader(), expected, "indexed and sealed");
            }
            try (StoreReader outside = StoreReader.open(directory)) {
                requireSame(outside, expected, "from outside");
            }
        }
        try (SpanStore store = SpanStore.open(directory, CONFIG)) {
            requireSame(store.reader(), expected, "opened again");
            requireSameInParts(store.reader(), expected);
        }
        assertThat(expected).as("seed %d", seed).anyMatch(answer -> !answer.isEmpty());
    }
}
