package io.offspan.query;

import io.offspan.query.ast.And;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Selection;
import io.offspan.query.plan.SpanFilter;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.trace.TraceQuestion;
import io.offspan.query.traceql.TraceQl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A question to a store: which spans, from which time, and how many of the newest.
 *
 * <pre>{@code
 * Query.traceQl("{ resource.service.name = \"cart\" && status = error } | count() > 1")
 *         .from(since)
 *         .limit(100);
 * }</pre>
 *
 * <p>Times are those at which spans start, in nanoseconds since the epoch as unsigned 64-bit numbers. Spans outside them do not
 * exist for the question: a trace that reaches beyond them has the root, the duration, the counts and the sums of what lies
 * within.
 *
 * <p>The limit is one of spans, also where whole traces are asked for: a trace of the answer may be cut by it, {@link
 * QueryEngine#trace} has all of it.
 *
 * <p><b>Threads.</b> Immutable; each method returns a new question.
 */
public final class Query {
    /** How many spans a query returns unless it says otherwise. */
    public static final int DEFAULT_LIMIT = 20;
    /** The most spans that one query returns. */
    public static final int MAX_LIMIT = 100_000;

    private final Pipeline pipeline;
    private final List<Comparison> window;
    private final int limit;
    private final long maxNanos;

    private Query(Pipeline pipeline, List<Comparison> window, int limit, long maxNanos) {
        this.pipeline = pipeline;
        this.window = window;
        this.limit = limit;
        this.maxNanos = maxNanos;
    }

    /** Asks for the spans that pass a filter. */
    public static Query where(Filter filter) {
        return of(Pipeline.of(filter));
    }

    /** Asks for the spans that a pipeline leaves. */
    public static Query of(Pipeline pipeline) {
        if (SpanFilter.of(pipeline, Filter.all()) == null) {
            TraceQuestion.requireAnswerable(pipeline);
        }
        return new Query(pipeline, List.of(), DEFAULT_LIMIT, RunLimit.NO_END);
    }

    /**
     * Asks in TraceQL.
     *
     * @throws io.offspan.query.traceql.TraceQlException for what is no question, or one that is not answered
     */
    public static Query traceQl(String text) {
        return of(TraceQl.parse(text));
    }

    /** Asks for all spans. */
    public static Query all() {
        return where(Filter.all());
    }

    /** Leaves out spans that start before this time. */
    public Query from(long startNanos) {
        return within(Operator.GREATER_OR_EQUAL, startNanos);
    }

    /** Leaves out spans that start at this time or later. */
    public Query to(long startNanos) {
        return within(Operator.LESS, startNanos);
    }

    /**
     * Returns at most so many spans, the newest.
     *
     * @throws QueryException when the limit is not from 1 to {@link #MAX_LIMIT}
     */
    public Query limit(int spans) {
        if (spans < 1 || spans > MAX_LIMIT) {
            throw new QueryException(
                    Reason.LIMIT,
                    "A limit of " + spans + " spans; allowed are 1 to " + MAX_LIMIT + ", or count instead");
        }
        return new Query(pipeline, window, spans, maxNanos);
    }

    /**
     * Looks for at most so long: what was found until then is the answer, and its outcome says so. A question about whole traces finds
     * nothing when its time is over, and a count fails.
     *
     * @throws QueryException when the time is not positive
     */
    public Query maxTime(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new QueryException(Reason.LIMIT, "A time of " + time + " to look for spans; give it more than 0");
        }
        return new Query(pipeline, window, limit, time.toNanos());
    }

    /** Returns the pipeline, without the times. */
    public Pipeline pipeline() {
        return pipeline;
    }

    /** Returns the fields that the pipeline selects beside those that every answer has, each once, in their order. */
    public List<Field> columns() {
        return pipeline.stages().stream()
                .filter(Selection.class::isInstance)
                .flatMap(stage -> ((Selection) stage).fields().stream())
                .distinct()
                .toList();
    }

    /**
     * Returns a matcher for spans one by one, as a follower of the log gets them.
     *
     * @throws QueryException ({@code UNSUPPORTED}) when the question takes whole traces
     */
    public SpanMatcher matcher() {
        return SpanMatcher.of(pipeline, window());
    }

    /** Returns the filter of the spans that exist for the question. */
    Filter window() {
        return new And(List.copyOf(window));
    }

    long maxNanos() {
        return maxNanos;
    }

    /** Returns how many spans are wanted at most. */
    public int limit() {
        return limit;
    }

    /** Returns the one text of this question. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(pipeline.toString());
        for (Comparison bound : window) {
            String name = bound.operator() == Operator.LESS ? " to " : " from ";
            text.append(name).append(Long.toUnsignedString(((Operand.Whole) bound.operand()).value()));
        }
        text.append(" limit ").append(limit);
        return maxNanos == RunLimit.NO_END
                ? text.toString()
                : text.append(" within ").append(Duration.ofNanos(maxNanos)).toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Query that
                && pipeline.equals(that.pipeline)
                && window.equals(that.window)
                && limit == that.limit
                && maxNanos == that.maxNanos;
    }

    @Override
    public int hashCode() {
        return Objects.hash(pipeline, window, limit, maxNanos);
    }

    private Query within(Operator operator, long startNanos) {
        List<Comparison> bounds = new ArrayList<>(window);
        bounds.add(new Comparison(Intrinsic.START, operator, new Operand.Whole(startNanos)));
        return new Query(pipeline, List.copyOf(bounds), limit, maxNanos);
    }
}
