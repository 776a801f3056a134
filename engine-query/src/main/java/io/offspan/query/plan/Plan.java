package io.offspan.query.plan;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline is answered: by one filter for single spans where that says the same, or else trace by trace.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code LIMIT}) when a pipeline that is answered trace by trace has more than
 * {@value #MAX_FILTERS} filters.
 */
public final class Plan {
    /** How many {@code { … }} a question about whole traces may have: one bit each. */
    public static final int MAX_FILTERS = Long.SIZE;

    private final Pipeline pipeline;
    private final Filter window;
    private final @Nullable Filter plain;
    private final List<Filter> filters = new ArrayList<>();
    private final int firstFilters;

    private Plan(Pipeline pipeline, Filter window) {
        this.pipeline = pipeline;
        this.window = window;
        collect(pipeline.first());
        firstFilters = filters.size();
        for (Stage stage : pipeline.stages().subList(1, pipeline.stages().size())) {
            if (stage instanceof Spanset spanset) {
                collect(spanset);
            }
        }
        plain = plain(pipeline);
        if (plain == null && filters.size() > MAX_FILTERS) {
            throw new QueryException(
                    Reason.LIMIT,
                    "A question about whole traces with " + filters.size() + " filters in braces; allowed are "
                            + MAX_FILTERS + ", join some within one pair of braces");
        }
    }

    /** Plans a pipeline over the spans that pass a filter. */
    public static Plan of(Pipeline pipeline, Filter window) {
        return new Plan(pipeline, window);
    }

    private void collect(Spanset spanset) {
        if (spanset instanceof Matching matching) {
            filters.add(matching.filter());
        } else if (spanset instanceof Both both) {
            collect(both.left());
            collect(both.right());
        } else if (spanset instanceof Either either) {
            collect(either.left());
            collect(either.right());
        }
    }

    private static @Nullable Filter plain(Pipeline pipeline) {
        Filter joined = null;
        for (Stage stage : pipeline.stages()) {
            if (stage instanceof Aggregation
                    || stage instanceof Selection selection
                            && selection.fields().stream().anyMatch(TraceLevel::isIn)) {
                return null;
            }
            if (stage instanceof Spanset spanset) {
                Filter filter = plain(spanset);
                if (filter == null) {
                    return null;
                }
                joined = joined == null ? filter : joined.and(filter);
            }
        }
        return joined;
    }

    /** Returns the first stage for which a span alone is not enough, or null when there is none. */
    @Nullable
    public Stage wholeTraceStage() {
        for (Stage stage : pipeline.stages()) {
            if (stage instanceof Aggregation
                    || stage instanceof Spanset spanset && plain(spanset) == null
                    || stage instanceof Selection selection
                            && selection.fields().stream().anyMatch(TraceLevel::isIn)) {
                return stage;
            }
        }
        return null;
    }

    private static @Nullable Filter plain(Spanset spanset) {
        if (spanset instanceof Matching matching) {
            return TraceLevel.isIn(matching.filter()) ? null : matching.filter();
        }
        if (spanset instanceof Either either) {
            Filter left = plain(either.left());
            Filter right = plain(either.right());
            return left == null || right == null ? null : left.or(right);
        }
        return null;
    }

    /** Returns the one filter that says the same for single spans, window included, or null when there is none. */
    public @Nullable Filter plain() {
        return plain == null ? null : windowed(plain);
    }

    /** Returns the filter that a span has to pass so that it can be in the answer; what takes the whole trace is left out. */
    public Filter candidates() {
        List<Filter> any = filters.subList(0, firstFilters).stream()
                .map(TraceLevel::relaxed)
                .toList();
        return windowed(any.size() == 1 ? any.get(0) : new Or(any));
    }

    private Filter windowed(Filter filter) {
        if (window instanceof And and && and.filters().isEmpty()) {
            return filter;
        }
        return window.and(filter);
    }

    /** Returns the filter of the spans that exist for the question. */
    public Filter window() {
        return window;
    }

    public Pipeline pipeline() {
        return pipeline;
    }

    /** Returns the filters of all braces, those of the first stage first, each in the order of the text. */
    public List<Filter> filters() {
        return filters;
    }

    /** Returns how many of the filters belong to the first stage. */
    public int firstFilters() {
        return firstFilters;
    }

    public List<Aggregation> aggregations() {
        return pipeline.stages().stream()
                .filter(Aggregation.class::isInstance)
                .map(Aggregation.class::cast)
                .toList();
    }

    /** Tells whether anything in the question takes facts of whole traces. */
    public boolean needsFacts() {
        return filters.stream().anyMatch(TraceLevel::isIn)
                || pipeline.stages().stream()
                        .anyMatch(stage -> stage instanceof Selection selection
                                && selection.fields().stream().anyMatch(TraceLevel::isIn))
                || aggregations().stream()
                        .anyMatch(aggregation ->
                                aggregation.expression() != null && TraceLevel.isIn(aggregation.expression()));
    }
}
