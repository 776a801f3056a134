package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.query.ast.Pipeline;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.traceql.TraceQl;
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

    private static Query plan(String query) {
        return Query.of(TraceQl.parse(query));
    }
}
