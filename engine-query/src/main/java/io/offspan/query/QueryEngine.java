package io.offspan.query;

import io.offspan.codec.model.Span;
import io.offspan.codec.wire.Hex;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.scan.Answer;
import io.offspan.query.scan.ScanOutcome;
import java.util.ArrayList;
import java.util.List;

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
 * <p><b>Threads.</b> Any number at once; each answer belongs to one. <b>Owns</b> nothing: the reader is closed by whoever opened it.
 *
 * <p><b>Fails</b> with {@link QueryException} for what cannot be asked.
 */
public final class QueryEngine {
    private static final int TRACE_ID_DIGITS = 32;

    private final BlockSearch search;

    QueryEngine(BlockSearch search) {
        this.search = search;
    }

    /** Makes an engine over a store, live or dead, of this process or another. */
    public static QueryEngine over(StoreReader reader) {
        return new QueryEngine(BlockSearch.over(reader));
    }

    /** Returns the newest spans that a query asks for; the cursor has to be closed. */
    public SpanCursor find(Query query) {
        return new SpanCursor(search.newest(query.plan(), query.limit()));
    }

    /**
     * Counts the spans that a query asks for, whatever its limit.
     *
     * @throws QueryException ({@code INCOMPLETE}) when some of the store cannot be read; {@link #explain} counts the rest
     */
    public long count(Query query) {
        ScanOutcome outcome = explain(query);
        if (!outcome.complete()) {
            throw new QueryException(
                    Reason.INCOMPLETE,
                    "Counted " + outcome.spansMatched() + " spans, but " + outcome.blocksDamaged() + " blocks and "
                            + outcome.spansDamaged()
                            + " more spans cannot be read; explain() counts what can, verify names the places");
        }
        return outcome.spansMatched();
    }

    /** Counts the spans that a query asks for, whatever its limit, and says what that took and what could not be read. */
    public ScanOutcome explain(Query query) {
        return search.count(query.plan());
    }

    /**
     * Returns all spans of a trace.
     *
     * @param hexTraceId 1 to 32 hexadecimal digits of either case; leading zeros may be left out
     * @throws QueryException ({@code BAD_ID}) when it is something else
     */
    public Trace trace(String hexTraceId) {
        Filter filter = Filter.traceId(hexTraceId);
        String digits = "0".repeat(TRACE_ID_DIGITS - hexTraceId.length()) + hexTraceId;
        return trace(filter, Hex.parse(digits, 0, 16), Hex.parse(digits, 16, TRACE_ID_DIGITS));
    }

    /** Returns all spans of a trace; the high half of the id is its first eight bytes read as a big-endian number. */
    public Trace trace(long traceIdHigh, long traceIdLow) {
        return trace(Filter.traceId(Hex.of(traceIdHigh, traceIdLow)), traceIdHigh, traceIdLow);
    }

    private Trace trace(Filter filter, long high, long low) {
        try (Answer answer = search.oldestFirst(filter)) {
            List<Span> spans = new ArrayList<>(answer.size());
            while (answer.next()) {
                spans.add(Span.of(answer.view()));
            }
            return new Trace(high, low, spans, answer.outcome());
        }
    }
}
