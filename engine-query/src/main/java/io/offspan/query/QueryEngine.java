package io.offspan.query;

import io.offspan.codec.wire.EpochNanos;
import io.offspan.codec.wire.Hex;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.QueryException;
import io.offspan.query.graph.GraphParts;
import io.offspan.query.keep.TraceGroups;
import io.offspan.query.scan.JoinedLeaves;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.SnapshotLeaves;
import io.offspan.query.series.SeriesAnswer;
import io.offspan.query.series.SeriesLimits;
import io.offspan.query.series.Steps;
import io.offspan.query.trace.GroupLimits;
import io.offspan.query.traceql.TraceQl;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Answers questions about the spans of a store.
 *
 * <pre>{@code
 * QueryEngine engine = QueryEngine.over(store.reader());
 * try (SpanCursor slow = engine.find(Query.where(Filter.minDuration(Duration.ofSeconds(1))))) {
 *     while (slow.next()) { ... }
 * }
 * Trace trace = engine.trace("4bf92f3577b34da6a3ce929d0e0e4736");
 * }</pre>
 *
 * <p>An answer covers every span acknowledged before the question was put, in the log or not yet. What could not be read is counted in
 * the {@link ScanOutcome} of every answer.
 *
 * <p><b>Threads.</b> Any number at once; each answer belongs to one. <b>Owns</b> what it keeps of service graphs, and the filters of trace ids, up
 * to 16 MiB of direct memory for each store; the reader is closed by whoever opened it.
 *
 * <p><b>Fails</b> with {@link QueryException} for what cannot be asked.
 */
public final class QueryEngine {
    private static final int TRACE_ID_DIGITS = 32;

    private final Supplier<? extends Leaves> store;
    private final GroupLimits limits;
    private final GraphParts parts = new GraphParts();

    QueryEngine(Supplier<? extends Leaves> store) {
        this(store, GroupLimits.DEFAULT);
    }

    QueryEngine(Supplier<? extends Leaves> store, GroupLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /** Makes an engine over a store, live or dead, of this process or another. */
    public static QueryEngine over(StoreReader reader) {
        return new QueryEngine(leaves(reader));
    }

    private static Supplier<SnapshotLeaves> leaves(StoreReader reader) {
        TraceGroups groups = new TraceGroups();
        return new Supplier<>() {
            @Override
            public SnapshotLeaves get() {
                return new SnapshotLeaves(reader, groups);
            }
        };
    }

    /**
     * Makes an engine over several stores, which are asked as one: those of the JVMs of a service, for instance. Their traces are brought
     * together, and what is counted is counted in all. There are no pages, and each store is asked as of a moment of its own.
     */
    public static QueryEngine overAll(List<StoreReader> readers) {
        if (readers.isEmpty()) {
            throw new IllegalArgumentException("No stores to ask; give at least one");
        }
        List<Supplier<SnapshotLeaves>> all =
                readers.stream().map(QueryEngine::leaves).toList();
        return all.size() == 1
                ? new QueryEngine(all.get(0))
                : new QueryEngine(
                        () -> new JoinedLeaves(all.stream().map(Supplier::get).toList()));
    }

    /** Makes an engine that asks no index and looks at the spans alone: slower by far, and what all other answers are held against. */
    public static QueryEngine scanning(StoreReader reader) {
        return new QueryEngine(() -> new SnapshotLeaves(reader, false));
    }

    /** Compiles a query, so that it can be asked again and again without garbage. */
    public PreparedQuery prepare(Query query) {
        return new PreparedQuery(query, store.get(), limits);
    }

    /** Prepares a question for numbers over time, so that it can be asked again and again, be cancelled and explained. */
    public PreparedSeries prepare(MetricsQuery query, Steps steps, SeriesLimits limits) {
        return new PreparedSeries(query, steps, limits, store.get(), this.limits);
    }

    /** Makes a lookup of traces that can be asked again and again without garbage. */
    public TraceLookup prepareTrace() {
        return new TraceLookup(store.get());
    }

    /** Returns the first spans that a query asks for, in its order; the cursor has to be closed. */
    public SpanCursor find(Query query) {
        return prepare(query).find();
    }

    /**
     * Counts the spans that a query asks for, whatever its limit.
     *
     * @throws QueryException ({@code INCOMPLETE}) when some of the store cannot be read; {@link #explain} counts the rest
     */
    public long count(Query query) {
        return prepare(query).count();
    }

    /** Counts the spans that a query asks for, whatever its limit, and says what that took and what could not be read. */
    public ScanOutcome explain(Query query) {
        return prepare(query).tally();
    }

    /**
     * Says what the spans have that a query asks for, services, attributes, traces, as often as it is asked.
     *
     * @throws QueryException ({@code BAD_PAGE}) for a query that goes on after a page
     */
    public Discovery discover(Query query) {
        if (query.page() != null) {
            throw new QueryException(
                    QueryException.Reason.BAD_PAGE,
                    "A page is one of spans; ask for groups, keys and traces without its token");
        }
        return new Discovery(query, store, limits, parts);
    }

    /**
     * Answers a question of TraceQL for numbers over time, such as {@code { status = error } | rate() by(name)}.
     *
     * @throws io.offspan.query.traceql.TraceQlException for what is no such question
     */
    public SeriesAnswer series(String traceQl, Instant from, Instant to, Duration step) {
        return series(
                TraceQl.parseMetrics(traceQl), Steps.range(EpochNanos.of(from), EpochNanos.of(to), step.toNanos()));
    }

    /** Answers a question for numbers over time; spans count where they start within an interval, whatever else belongs to their trace. */
    public SeriesAnswer series(MetricsQuery query, Steps steps) {
        return series(query, steps, SeriesLimits.DEFAULT);
    }

    /**
     * Answers a question for numbers over time in so much memory and time.
     *
     * @throws QueryException ({@code LIMIT}) when that is not enough
     */
    public SeriesAnswer series(MetricsQuery query, Steps steps, SeriesLimits memory) {
        return prepare(query, steps, memory).run();
    }

    /**
     * Returns all spans of a trace.
     *
     * @param hexTraceId 1 to 32 hexadecimal digits of either case; leading zeros may be left out
     * @throws QueryException ({@code BAD_ID}) when it is something else
     */
    public Trace trace(String hexTraceId) {
        String digits = ((Operand.Text) ((Comparison) Filter.traceId(hexTraceId)).operand()).value();
        return trace(Hex.parse(digits, 0, 16), Hex.parse(digits, 16, TRACE_ID_DIGITS));
    }

    /** Returns all spans of a trace; the high half of the id is its first eight bytes read as a big-endian number. */
    public Trace trace(long traceIdHigh, long traceIdLow) {
        try (SpanCursor cursor = prepareTrace().find(traceIdHigh, traceIdLow)) {
            return new Trace(traceIdHigh, traceIdLow, cursor.remaining(), cursor.outcome());
        }
    }
}
