package io.offspan.query.trace;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Except;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Grouping;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Measure;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.Piped;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Related;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import io.offspan.query.plan.AskedFields;
import io.offspan.query.plan.Roots;
import io.offspan.query.plan.SpanFilter;
import io.offspan.query.plan.TraceLevel;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

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
    /** Each once, however often it comes up. */
    private final List<Filter> filters = new ArrayList<>();

    private final Map<Matching, Integer> numbers = new IdentityHashMap<>();
    private final int firstFilters;
    private final List<Measure> measures = new ArrayList<>();
    private final List<Expression> groupings = new ArrayList<>();
    private boolean ofTrees;

    /** Takes a pipeline apart that is asked of the spans that pass a filter. */
    public TraceQuestion(Pipeline pipeline, Filter window) {
        this.pipeline = pipeline;
        this.window = window;
        collectFirst(pipeline.first());
        firstFilters = filters.size();
        pipeline.stages().forEach(this::collect);
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

    /** Collects the filters of which a span has to pass one to be in the answer. */
    private void collectFirst(Spanset spanset) {
        if (spanset instanceof Piped piped) {
            collectFirst(piped.first());
        } else if (spanset instanceof Matching matching) {
            number(matching);
        } else {
            partsOf(spanset).forEach(this::collectFirst);
        }
    }

    private void collect(Stage stage) {
        if (stage instanceof Matching matching) {
            number(matching);
        } else if (stage instanceof Piped piped) {
            piped.stages().forEach(this::collect);
        } else if (stage instanceof Spanset spanset) {
            ofTrees |= spanset instanceof Related;
            partsOf(spanset).forEach(this::collect);
        } else if (stage instanceof Aggregation aggregation) {
            collect(aggregation.left());
            collect(aggregation.right());
        } else if (stage instanceof Grouping grouping && !groupings.contains(grouping.by())) {
            groupings.add(grouping.by());
        }
    }

    private void collect(Figure figure) {
        if (figure instanceof Measure measure) {
            if (measure.of() != null && !measures.contains(measure)) {
                measures.add(measure);
            }
        } else if (figure instanceof Figure.Calculated sum) {
            collect(sum.left());
            collect(sum.right());
        } else if (figure instanceof Figure.Piped piped) {
            piped.stages().forEach(this::collect);
            collect(piped.figure());
        }
    }

    private void number(Matching matching) {
        Filter filter = Roots.simplified(matching.filter());
        int known = filters.indexOf(filter);
        if (known < 0) {
            known = filters.size();
            filters.add(filter);
        }
        numbers.put(matching, known);
    }

    /** Returns what a choice of spans is made of, where that is more than one. */
    static List<Spanset> partsOf(Spanset spanset) {
        if (spanset instanceof Both both) {
            return both.parts();
        }
        if (spanset instanceof Either either) {
            return either.parts();
        }
        if (spanset instanceof Except except) {
            return List.of(except.left(), except.right());
        }
        return spanset instanceof Related related ? List.of(related.left(), related.right()) : List.of();
    }

    /** Returns the filter that a span has to pass so that it can be in the answer; what takes the whole trace is left out. */
    public Filter candidates() {
        return within(firstOfSpans());
    }

    /** Returns the filter of the spans that exist for the question and pass one of some filters. */
    Filter within(List<Filter> any) {
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
        return mayChoose(pipeline.first(), passed);
    }

    private boolean mayChoose(Spanset spanset, long passed) {
        if (spanset instanceof Related related) {
            boolean left = related.form() == Related.Form.NONE || mayChoose(related.left(), passed);
            return left && mayChoose(related.right(), passed);
        }
        if (spanset instanceof Both both) {
            return both.parts().stream().allMatch(part -> mayChoose(part, passed));
        }
        if (spanset instanceof Either either) {
            return either.parts().stream().anyMatch(part -> mayChoose(part, passed));
        }
        if (spanset instanceof Except except) {
            return mayChoose(except.left(), passed);
        }
        return spanset instanceof Piped piped
                ? mayChoose(piped.first(), passed)
                : (passed >>> numberOf((Matching) spanset) & 1) != 0;
    }

    /** Returns the filter of the spans that exist for the question. */
    public Filter window() {
        return window;
    }

    public Pipeline pipeline() {
        return pipeline;
    }

    /** Returns the number of the filter between some braces. */
    int numberOf(Matching matching) {
        return Objects.requireNonNull(numbers.get(matching));
    }

    /** Returns what spans are grouped by, each once. */
    public List<Expression> groupings() {
        return groupings;
    }

    /** Returns the filters of all braces, each once, those of the first stage first. */
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

    /** Tells whether it takes facts of whole traces to know what is in the answer. */
    public boolean needsFacts() {
        return deciding().anyMatch(TraceLevel::takesTrace);
    }

    /** Tells whether anything in it takes the place of spans among those of their trace. */
    boolean needsFamilies() {
        return fields().anyMatch(field -> TraceLevel.isNestedSet(field) || field instanceof ParentAttribute);
    }

    /** Returns what it asks of the parents of spans, each once. */
    List<ParentAttribute> parentAttributes() {
        return fields().filter(ParentAttribute.class::isInstance)
                .map(ParentAttribute.class::cast)
                .distinct()
                .toList();
    }

    /** Tells whether fields of whole traces are asked for of the spans in the answer. */
    boolean showsFacts() {
        return selected().anyMatch(TraceLevel::takesTrace);
    }

    private Stream<Field> selected() {
        return pipeline.stages().stream()
                .filter(Selection.class::isInstance)
                .flatMap(stage -> ((Selection) stage).fields().stream());
    }

    private Stream<Field> deciding() {
        Stream<Expression> calculated = Stream.concat(
                groupings.stream(), measures.stream().map(Measure::of).filter(Objects::nonNull));
        return Stream.concat(filters.stream().flatMap(AskedFields::of), calculated.flatMap(AskedFields::of));
    }

    private Stream<Field> fields() {
        return Stream.concat(deciding(), selected());
    }
}
