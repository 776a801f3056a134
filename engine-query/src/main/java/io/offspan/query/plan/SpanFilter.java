package io.offspan.query.plan;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import org.jspecify.annotations.Nullable;

/** The one filter that says of single spans what a pipeline says, where there is such a filter. */
public final class SpanFilter {
    private SpanFilter() {}

    /** Returns the filter, with what spans have to pass besides, or null when it takes whole traces to answer the pipeline. */
    public static @Nullable Filter of(Pipeline pipeline, Filter window) {
        Filter joined = null;
        for (Stage stage : pipeline.stages()) {
            if (takesTraces(stage)) {
                return null;
            }
            if (stage instanceof Spanset spanset) {
                Filter filter = of(spanset);
                if (filter == null) {
                    return null;
                }
                joined = joined == null ? filter : joined.and(filter);
            }
        }
        return joined == null ? null : within(window, joined);
    }

    /** Joins a filter with what spans have to pass besides. */
    public static Filter within(Filter window, Filter filter) {
        return window instanceof And and && and.filters().isEmpty() ? filter : window.and(filter);
    }

    /** Returns the first stage for which a span alone is not enough, or null when there is none. */
    public static @Nullable Stage wholeTraceStage(Pipeline pipeline) {
        for (Stage stage : pipeline.stages()) {
            if (takesTraces(stage) || stage instanceof Spanset spanset && of(spanset) == null) {
                return stage;
            }
        }
        return null;
    }

    private static boolean takesTraces(Stage stage) {
        return stage instanceof Aggregation
                || stage instanceof Selection selection
                        && selection.fields().stream().anyMatch(TraceLevel::isIn);
    }

    private static @Nullable Filter of(Spanset spanset) {
        if (spanset instanceof Matching matching) {
            Filter filter = Roots.simplified(matching.filter());
            return TraceLevel.isIn(filter) ? null : filter;
        }
        if (spanset instanceof Either either) {
            Filter joined = null;
            for (Spanset part : either.parts()) {
                Filter filter = of(part);
                if (filter == null) {
                    return null;
                }
                joined = joined == null ? filter : joined.or(filter);
            }
            return joined;
        }
        return null;
    }
}
