package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.query.ast.Pipeline;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.trace.GroupLimits;
import io.offspan.query.traceql.TraceQl;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Questions in TraceQL about spans that nobody here wrote. */
class CorpusQuestionsTest {
    @Test
    void theOpenTelemetryDemoHasEightErrorsAndNinetyOneSlowSpans() throws IOException {
        List<ExportTraceServiceRequest> requests = Corpora.otelDemo();
        TestBlocks blocks = TestBlocks.of(requests, 300);
        QueryEngine search = new QueryEngine(blocks::leaves);
        assertThat(search.explain(plan("{ status = error }")).spansMatched()).isEqualTo(8);
        assertThat(search.explain(plan("{ duration >= 100ms }")).spansMatched()).isEqualTo(91);
        NaiveTraces model = new NaiveTraces(ModelSpan.of(requests));
        for (String query : List.of(
                "{ status = error } && { }",
                "{ kind = server } && { kind = client } | count() > 5",
                "{ } | avg(duration) > 10ms | { span:childCount > 1 }",
                "{ trace:duration > 1s }",
                "{ trace:rootName =~ \".*checkout.*\" } | max(duration) > 5ms",
                "{ duration * 2 > trace:duration }",
                "{ event:timeSinceStart > 1ms && link:traceID != trace:id || span.http.status_code / 100 = 2 }")) {
            Pipeline pipeline = TraceQl.parse(query);
            ScanOutcome found = search.explain(Query.of(pipeline));
            List<Set<ModelSpan>> expected = model.answer(pipeline);
            assertThat(found.spansMatched())
                    .as(query)
                    .isEqualTo(expected.stream().mapToLong(Set::size).sum());
            System.out.printf("otel-demo: %d spans of %d traces by %s%n", found.spansMatched(), expected.size(), query);
        }
    }

    private static final List<String> STRUCTURE = List.of(
            "{ kind = server } >> { kind = client }",
            "{ kind = client } > { kind = server }",
            "{ status = error } << { }",
            "{ status = error } !<< { kind = server }",
            "{ } ~ { duration > 10ms }",
            "{ nestedSetParent < 0 } &>> { duration > 50ms }",
            "{ } > { } > { } | count() > 2",
            "{ duration > 20ms } except { status = error }",
            "{ } | by(resource.service.name) | count() > 3",
            "{ } | by(resource.service.name) | avg(duration) > 5ms | by(name) | count() > 1",
            "{ } | by(name) | max(duration) > 30ms | coalesce() | count() > 2",
            "({ } | count() > 5) && { duration > 5ms }",
            "{ } | ({ duration > 10ms } | count()) * 2 > count()");

    /** The model takes time by the square of the spans of a trace. */
    private static final int DEMO_REQUESTS = Gate.size(60, 400);

    private static final int NEZHA_REQUESTS = Gate.size(4, 16);

    @Test
    void relationsAndGroupsOfBothCorporaAreThoseOfTheModel() throws IOException {
        List<ExportTraceServiceRequest> demo = Corpora.otelDemo();
        compare("otel-demo", demo.subList(0, Math.min(DEMO_REQUESTS, demo.size())));
        compare("nezha", Corpora.nezha().subList(0, NEZHA_REQUESTS));
    }

    private static void compare(String corpus, List<ExportTraceServiceRequest> requests) {
        TestBlocks blocks = TestBlocks.of(requests, 300);
        List<QueryEngine> engines = List.of(
                new QueryEngine(blocks::leaves),
                new QueryEngine(blocks::leaves, new GroupLimits(1_000, 1_000, 100_000)));
        NaiveTraces model = new NaiveTraces(ModelSpan.of(requests));
        int answered = 0;
        for (String query : STRUCTURE) {
            List<Set<ModelSpan>> expected = model.answer(TraceQl.parse(query));
            long spans = expected.stream().mapToLong(Set::size).sum();
            answered += spans > 0 ? 1 : 0;
            for (QueryEngine engine : engines) {
                ScanOutcome found = engine.explain(plan(query));
                assertThat(found.spansMatched()).as("%s: %s", corpus, query).isEqualTo(spans);
                assertThat(found.tracesMatched()).as("%s: %s", corpus, query).isEqualTo(expected.size());
            }
        }
        System.out.printf(
                "%s: %d of %d questions about structure and groups find spans%n", corpus, answered, STRUCTURE.size());
        assertThat(2 * answered).isGreaterThan(STRUCTURE.size());
    }

    private static Query plan(String query) {
        return Query.of(TraceQl.parse(query));
    }
}
