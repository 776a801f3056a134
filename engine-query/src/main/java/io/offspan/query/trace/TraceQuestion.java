package io.offspan.query.trace;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Measure;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Related;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import io.offspan.query.plan.SpanFilter;
import io.offspan.query.plan.TraceLevel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A pipeline that is answered trace by trace, taken apart.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code LIMIT}) when it has more than {@value #MAX_FILTERS} filters.
 */
public final class TraceQuestion {
    /** How many {@code { … }} a question about whole traces may have: one bit each. */
    public static final int MAX_FILTERS = Long.SIZE;

    private final Pipeline pipeline;
    private final Filter window;
    private final List<Filter> filters = new ArrayList<>();
    private final int firstFilters;
    private final List<Measure> measures;
    private boolean ofTrees;

    /** Takes a pipeline apart that is asked of the spans that pass a filter. */
    public TraceQuestion(Pipeline pipeline, Filter window) {
        this.pipeline = pipeline;
        this.window = window;
        collect(pipeline.first());
        firstFilters = filters.size();
        Set<Measure> found = new LinkedHashSet<>();
        for (Stage stage : pipeline.stages().subList(1, pipeline.stages().size())) {
            if (stage instanceof Spanset spanset) {
                collect(spanset);
            } else if (stage instanceof Aggregation aggregation) {
                collect(aggregation.left(), found);
                collect(aggregation.right(), found);
            }
        }
        measures = List.copyOf(found);
        if (filters.size() > MAX_FILTERS) {
            throw new QueryException(
                    Reason.LIMIT,
                    "A question about whole traces with " + filters.size() + " filters in braces; allowed are "
                            + MAX_FILTERS + ", join some within one pair of braces");
        }
    }

    /** Refuses what has too many filters. */
    public static void requireAnswerable(Pipeline pipeline) {
        TraceQuestion question = new TraceQuestion(pipeline, Filter.all());
        assert question.firstFilters > 0;
    }

    private void collect(Spanset spanset) {
        if (spanset instanceof Matching matching) {
            filters.add(matching.filter());
        } else if (spanset instanceof Both both) {
            both.parts().forEach(this::collect);
        } else if (spanset instanceof Either either) {
            either.parts().forEach(this::collect);
        } else if (spanset instanceof Related related) {
            ofTrees = true;
            collect(related.left());
            collect(related.right());
        }
    }

    private static void collect(Figure figure, Set<Measure> into) {
        if (figure instanceof Measure measure && measure.of() != null) {
            into.add(measure);
        } else if (figure instanceof Figure.Calculated sum) {
            collect(sum.left(), into);
            collect(sum.right(), into);
        }
    }

    /** Returns the filter that a span has to pass so that it can be in the answer; what takes the whole trace is left out. */
    public Filter candidates() {
        List<Filter> any = filters.subList(0, firstFilters).stream()
                .map(TraceLevel::relaxed)
                .toList();
        return SpanFilter.within(window, any.size() == 1 ? any.get(0) : new Or(any));
    }

    /** Returns the filters of the first stage, relaxed to what a span alone can say. */
    public List<Filter> firstOfSpans() {
        return filters.subList(0, firstFilters).stream()
                .map(TraceLevel::relaxed)
                .toList();
    }

    /** Tells whether it asks how spans are related, which takes all spans of a trace. */
    public boolean isOfTrees() {
        return ofTrees;
    }

    /** Tells whether a trace may be in the answer whose spans pass these of the filters of the first stage, one bit each. */
    public boolean mayMatch(long passed) {
        return new Possible(passed).mayChoose(pipeline.first());
    }

    /** Tells what a trace may have; filters are numbered in the order of the text. */
    private static final class Possible {
        private final long passed;
        private int next;

        Possible(long passed) {
            this.passed = passed;
        }

        boolean mayChoose(Spanset spanset) {
            if (spanset instanceof Related related) {
                boolean left = mayChoose(related.left());
                return mayChoose(related.right()) && (left || related.form() == Related.Form.NONE);
            }
            if (spanset instanceof Both both) {
                boolean all = true;
                for (Spanset part : both.parts()) {
                    all &= mayChoose(part);
                }
                return all;
            }
            if (spanset instanceof Either either) {
                boolean any = false;
                for (Spanset part : either.parts()) {
                    any |= mayChoose(part);
                }
                return any;
            }
            return (passed >>> next++ & 1) != 0;
        }
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

    /** Returns what functions are to be calculated of an expression, each once. */
    public List<Measure> measures() {
        return measures;
    }

    /** Tells whether anything in the question takes facts of whole traces. */
    public boolean needsFacts() {
        return filters.stream().anyMatch(TraceLevel::isIn)
                || pipeline.stages().stream()
                        .anyMatch(stage -> stage instanceof Selection selection
                                && selection.fields().stream().anyMatch(TraceLevel::isIn))
                || measures.stream().anyMatch(measure -> measure.of() != null && TraceLevel.isIn(measure.of()));
    }
}
