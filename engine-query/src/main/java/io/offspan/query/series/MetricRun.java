package io.offspan.query.series;

import io.offspan.query.ast.Contrast;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Metric;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.Sampling;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Stage;
import io.offspan.query.discover.SpanVisitor;
import io.offspan.query.plan.AskedFields;
import io.offspan.query.plan.Roots;
import io.offspan.query.plan.TraceLevel;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.ScanOutcome.Ending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Answers a question for numbers over time: one walk over the spans for each sampling in it, and what is made of the series.
 *
 * <p><b>Threads.</b> Belongs to one thread; one answer.
 */
public final class MetricRun {
    static final Comparator<Series> ORDER = Comparator.comparing(Series::labels, Label.ORDER);

    /** Shows a visitor the spans that a pipeline leaves. */
    public interface Walk {
        /** Walks, and says what that took. */
        ScanOutcome run(Pipeline pipeline, SpanVisitor visitor);
    }

    private final MetricsQuery query;
    private final Steps steps;
    private final Walk walk;
    private final CellBudget budget;
    private ScanOutcome outcome = ScanOutcome.NONE;

    public MetricRun(MetricsQuery query, Steps steps, SeriesLimits limits, Walk walk) {
        this.query = query;
        this.steps = steps;
        this.walk = walk;
        budget = new CellBudget(limits);
    }

    /** Returns the answer. */
    public SeriesAnswer run() {
        List<Series> series = new ArrayList<>(series(query.metric()));
        series.sort(ORDER);
        boolean whole = outcome.ending() == Ending.REGULAR;
        return new SeriesAnswer(query, steps, whole ? List.copyOf(series) : List.of(), outcome);
    }

    /** Returns the pipelines whose spans the functions of a question look at, each once. */
    public static List<Pipeline> pipelines(MetricsQuery query) {
        return pipelines(query.metric()).distinct().toList();
    }

    private static Stream<Pipeline> pipelines(Metric metric) {
        if (metric instanceof Sampling sampling) {
            return Stream.of(asked(sampling));
        }
        if (metric instanceof Contrast contrast) {
            return Stream.of(asked(contrast));
        }
        if (metric instanceof Metric.Threshold threshold) {
            return pipelines(threshold.of());
        }
        if (metric instanceof Metric.Ranked ranked) {
            return pipelines(ranked.of());
        }
        return metric instanceof Metric.Calculated calculated
                ? Stream.concat(pipelines(calculated.left()), pipelines(calculated.right()))
                : Stream.empty();
    }

    private List<Series> series(Metric metric) {
        if (metric instanceof Sampling sampling) {
            SpanSampler sampler = new SpanSampler(sampling, query, steps, budget);
            do {
                outcome = outcome.and(walk.run(asked(sampling), sampler));
            } while (outcome.ending() == Ending.REGULAR && sampler.asksAgain());
            return sampler.series();
        }
        if (metric instanceof Contrast contrast) {
            ContrastSampler sampler = new ContrastSampler(contrast, steps, budget);
            do {
                outcome = outcome.and(walk.run(asked(contrast), sampler));
            } while (outcome.ending() == Ending.REGULAR && sampler.asksAgain());
            return sampler.series();
        }
        if (metric instanceof Metric.Threshold threshold) {
            return SeriesMath.kept(series(threshold.of()), threshold);
        }
        if (metric instanceof Metric.Ranked ranked) {
            return SeriesMath.ranked(series(ranked.of()), ranked);
        }
        Metric.Calculated calculated = (Metric.Calculated) metric;
        if (calculated.right() instanceof Metric.Fixed number) {
            return SeriesMath.calculated(series(calculated.left()), calculated.operation(), number);
        }
        if (calculated.left() instanceof Metric.Fixed number) {
            return SeriesMath.calculated(number, calculated.operation(), series(calculated.right()));
        }
        List<Series> left = series(calculated.left());
        return SeriesMath.calculated(left, calculated.operation(), series(calculated.right()), steps);
    }

    /** Returns the pipeline with the fields of the sampling selected: one of the whole trace has a value only where it is asked for. */
    private static Pipeline asked(Sampling sampling) {
        List<Field> fields = new ArrayList<>(sampling.by());
        if (sampling.of() != null) {
            fields.add(sampling.of());
        }
        return selecting(sampling.spans(), fields);
    }

    private static Pipeline asked(Contrast contrast) {
        return selecting(
                contrast.spans(),
                AskedFields.of(Roots.simplified(contrast.selection()))
                        .filter(TraceLevel::takesTrace)
                        .distinct()
                        .toList());
    }

    private static Pipeline selecting(Pipeline pipeline, List<Field> fields) {
        if (fields.isEmpty()) {
            return pipeline;
        }
        List<Stage> stages = new ArrayList<>(pipeline.stages());
        stages.add(new Selection(fields));
        return new Pipeline(stages);
    }
}
