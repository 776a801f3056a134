package io.offspan.query;

import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A question to a store: which spans, from which time, and how many of the newest.
 *
 * <pre>{@code
 * Query.where(Filter.service("cart").and(Filter.status(SpanStatus.ERROR)))
 *         .from(since)
 *         .limit(100);
 * }</pre>
 *
 * <p>Times are those at which spans start, in nanoseconds since the epoch as unsigned 64-bit numbers.
 *
 * <p><b>Threads.</b> Immutable; each method returns a new question.
 */
public final class Query {
    /** How many spans a query returns unless it says otherwise. */
    public static final int DEFAULT_LIMIT = 20;
    /** The most spans that one query returns. */
    public static final int MAX_LIMIT = 100_000;

    private final Filter filter;
    private final List<Filter> window;
    private final int limit;

    private Query(Filter filter, List<Filter> window, int limit) {
        this.filter = filter;
        this.window = window;
        this.limit = limit;
    }

    /** Asks for the spans that pass a filter. */
    public static Query where(Filter filter) {
        return new Query(Objects.requireNonNull(filter, "filter"), List.of(), DEFAULT_LIMIT);
    }

    /** Asks for all spans. */
    public static Query all() {
        return where(Filter.all());
    }

    /** Leaves out spans that start before this time. */
    public Query from(long startNanos) {
        return within(Intrinsic.START.atLeast(startNanos));
    }

    /** Leaves out spans that start at this time or later. */
    public Query to(long startNanos) {
        return within(Intrinsic.START.lessThan(startNanos));
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
        return new Query(filter, window, spans);
    }

    /** Returns the filter, without the times. */
    public Filter filter() {
        return filter;
    }

    /** Returns the filter that a span has to pass, times included. */
    public Filter condition() {
        if (window.isEmpty()) {
            return filter;
        }
        Filter condition = window.get(0);
        for (Filter bound : window.subList(1, window.size())) {
            condition = condition.and(bound);
        }
        return condition.and(filter);
    }

    /** Returns how many spans are wanted at most. */
    public int limit() {
        return limit;
    }

    /** Returns the one text of this question. */
    @Override
    public String toString() {
        return "{ " + condition() + " } limit " + limit;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Query that
                && filter.equals(that.filter)
                && window.equals(that.window)
                && limit == that.limit;
    }

    @Override
    public int hashCode() {
        return Objects.hash(filter, window, limit);
    }

    private Query within(Filter bound) {
        List<Filter> bounds = new ArrayList<>(window);
        bounds.add(bound);
        return new Query(filter, List.copyOf(bounds), limit);
    }
}
