package io.offspan.query.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.Pipeline;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** The law of the language: what is printed reads back as what was printed. */
class TraceQlPropertyTest {
    @Provide
    Arbitrary<Pipeline> pipelines() {
        return Arbitraries.randomValue(random -> new RandomPipelines(random).next());
    }

    @Provide
    Arbitrary<MetricsQuery> metrics() {
        return Arbitraries.randomValue(random -> new RandomPipelines(random).nextMetric());
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void parseInvertsPrintOfMetrics(@ForAll("metrics") MetricsQuery query) {
        String text = query.toString();
        assertThat(TraceQl.parseMetrics(text)).as(text).isEqualTo(query);
    }

    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void parseInvertsPrint(@ForAll("pipelines") Pipeline pipeline) {
        String text = pipeline.toString();
        assertThat(TraceQl.parse(text)).as(text).isEqualTo(pipeline);
    }
}
