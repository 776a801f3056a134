package io.offspan.query;

import io.offspan.codec.wire.EpochNanos;
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
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.graph.CallWalk;
import io.offspan.query.plan.SpanFilter;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.trace.TraceQuestion;
import io.offspan.query.traceql.TraceQl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A question to a store: which spans, from which time, in which order, and how many.
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
    private final SpanOrder order;
    private final @Nullable PageToken page;

    private Query(
            Pipeline pipeline,
            List<Comparison> window,
            int limit,
            long maxNanos,
            SpanOrder order,
            @Nullable PageToken page) {
        this.pipeline = pipeline;
        this.window = window;
        this.limit = limit;
        this.maxNanos = maxNanos;
        this.order = order;
        this.page = page;
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
        return new Query(pipeline, List.of(), DEFAULT_LIMIT, RunLimit.NO_END, SpanOrder.NEWEST, null);
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

    /** Leaves out spans that start before this time. */
    public Query from(Instant start) {
        return from(EpochNanos.of(start));
    }

    /** Leaves out spans that start at this time or later. */
    public Query to(Instant start) {
        return to(EpochNanos.of(start));
    }

    /** Leaves out spans that start at this time or later. */
    public Query to(long startNanos) {
        return within(Operator.LESS, startNanos);
    }

    /**
     * Returns at most so many spans, the first in the order.
     *
     * @throws QueryException when the limit is not from 1 to {@link #MAX_LIMIT}
     */
    public Query limit(int spans) {
        if (spans < 1 || spans > MAX_LIMIT) {
            throw new QueryException(
                    Reason.LIMIT,
                    "A limit of " + spans + " spans; allowed are 1 to " + MAX_LIMIT + ", or count instead");
        }
        return new Query(pipeline, window, spans, maxNanos, order, page);
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
        return new Query(pipeline, window, limit, time.toNanos(), order, page);
    }

    /** Returns the spans in this order; the newest first unless it is said. */
    public Query order(SpanOrder spans) {
        return new Query(pipeline, window, limit, maxNanos, spans, page);
    }

    /**
     * Goes on after a page of this question's answer, with the times of the first page, whatever is said of times here: pages joined
     * are the whole answer as it was at the moment of the first page. Spans that were stored later are not in it; what retention has
     * removed meanwhile is missing.
     *
     * @param token what {@link SpanCursor#nextPage} returned
     * @throws QueryException ({@code BAD_PAGE}) for anything else, and when it is asked with another pipeline or order, or of another store
     */
    public Query after(String token) {
        return new Query(pipeline, window, limit, maxNanos, order, PageToken.parse(token));
    }

    /** Asks the same of another pipeline, from its beginning. */
    Query pipeline(Pipeline other) {
        Query checked = of(other);
        return new Query(checked.pipeline, window, limit, maxNanos, order, null);
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
        List<Comparison> bounds = bounds();
        return bounds.isEmpty() ? Filter.all() : new And(List.copyOf(bounds));
    }

    /** Returns the bounds of time that hold: those of the first page. */
    List<Comparison> bounds() {
        return page == null ? window : page.window();
    }

    /** Returns the times that the spans start within. */
    CallWalk.Times times() {
        long first = 0;
        long last = -1;
        for (Comparison bound : bounds()) {
            long nanos = ((Operand.Whole) bound.operand()).value();
            if (bound.operator() != Operator.LESS) {
                first = Long.compareUnsigned(nanos, first) > 0 ? nanos : first;
            } else if (nanos == 0) {
                return new CallWalk.Times(-1, 0);
            } else {
                last = Long.compareUnsigned(nanos - 1, last) < 0 ? nanos - 1 : last;
            }
        }
        return new CallWalk.Times(first, last);
    }

    /** Returns the page to go on after, null for the beginning. */
    @Nullable
    PageToken page() {
        return page;
    }

    /** Returns the order of the answer. */
    public SpanOrder order() {
        return order;
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
        for (Comparison bound : bounds()) {
            String name = bound.operator() == Operator.LESS ? " to " : " from ";
            text.append(name).append(Long.toUnsignedString(((Operand.Whole) bound.operand()).value()));
        }
        text.append(order == SpanOrder.NEWEST ? "" : " order " + order);
        text.append(" limit ").append(limit);
        text.append(page == null ? "" : " after a page");
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
                && maxNanos == that.maxNanos
                && order == that.order
                && Objects.equals(page, that.page);
    }

    @Override
    public int hashCode() {
        return Objects.hash(pipeline, window, limit, maxNanos, order, page);
    }

    private Query within(Operator operator, long startNanos) {
        List<Comparison> bounds = new ArrayList<>(window);
        bounds.add(new Comparison(Intrinsic.START, operator, new Operand.Whole(startNanos)));
        return new Query(pipeline, List.copyOf(bounds), limit, maxNanos, order, page);
    }
}
