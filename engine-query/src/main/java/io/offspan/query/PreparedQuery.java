package io.offspan.query;

import io.offspan.core.Leaf;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.keep.LeafIndexes;
import io.offspan.query.plan.PlanText;
import io.offspan.query.plan.SpanFilter;
import io.offspan.query.scan.Horizon;
import io.offspan.query.scan.KeptSpans;
import io.offspan.query.scan.LeafScan;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.Sink;
import io.offspan.query.scan.SpanKey;
import io.offspan.query.trace.GroupLimits;
import io.offspan.query.trace.TraceQuestion;
import io.offspan.query.trace.TraceSearch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question that is compiled once and may be asked again and again, of the store as it is each time.
 *
 * <pre>{@code
 * PreparedQuery errors = engine.prepare(Query.where(Filter.status(SpanStatus.ERROR)));
 * long now = errors.count();
 * }</pre>
 *
 * <p>It keeps what it needs to run: once it has, counting allocates nothing, nor does finding as long as it finds no more spans than
 * before. Two things leave garbage: a regular expression, for each text that it is put to, and a question about whole traces, which is
 * only compiled once. Between runs it holds nothing of the store.
 *
 * <p><b>Threads.</b> Belongs to one thread; {@link #cancel} from any.
 *
 * <p><b>Fails</b> with {@link QueryException} as {@link QueryEngine} does, and with {@link IllegalStateException} while a cursor
 * of it is open.
 */
public final class PreparedQuery {
    private final Query query;
    private final Leaves leaves;
    private final GroupLimits limits;
    private final RunLimit limit;
    /** Of a page after the first, the moment of that and the last span of the page before. */
    private final @Nullable Horizon horizon;

    private final @Nullable SpanKey after;
    /** For a question about single spans. */
    private final @Nullable LeafScan scan;
    /** For a question about whole traces. */
    private final @Nullable TraceQuestion traces;

    private @Nullable KeptSpans first;
    private @Nullable SpanCursor cursor;
    private ScanOutcome traceOutcome = ScanOutcome.NONE;

    PreparedQuery(Query query, Leaves leaves, GroupLimits limits) {
        this.query = query;
        this.leaves = leaves;
        this.limits = limits;
        limit = new RunLimit(query.maxNanos());
        PageToken page = query.page();
        if (page != null) {
            page.requireOf(query);
        }
        horizon = page == null ? null : page.horizon();
        after = page == null ? null : page.last();
        Filter filter = SpanFilter.of(query.pipeline(), query.window());
        scan = filter == null ? null : new LeafScan(filter).within(horizon);
        traces = filter == null ? new TraceQuestion(query.pipeline(), query.window()) : null;
    }

    /**
     * Counts the spans that are asked for, whatever the limit; of a later page those of the whole answer that are still there.
     *
     * @throws QueryException ({@code INCOMPLETE}) when some of the store cannot be read or the search ended early; {@link #tally} counts
     *     what can be
     */
    public long count() {
        long spans = run();
        if (!isComplete()) {
            ScanOutcome outcome = outcome();
            String why = outcome.ending() == ScanOutcome.Ending.REGULAR
                    ? outcome.blocksDamaged() + " blocks and " + outcome.spansDamaged()
                            + " more spans cannot be read; tally() counts what can, verify names the places"
                    : "the search ended early, " + outcome.ending() + "; give it more time, or ask for less";
            throw new QueryException(Reason.INCOMPLETE, "Counted " + outcome.spansMatched() + " spans, but " + why);
        }
        return spans;
    }

    /** Counts the spans that are asked for, whatever the limit, and says what that took and what could not be read. */
    public ScanOutcome tally() {
        run();
        return outcome();
    }

    private long run() {
        requireNoCursor();
        renew();
        try {
            if (scan != null) {
                return scan.run(leaves, Sink.COUNT, limit);
            }
            traceOutcome = newSearch(0).run(leaves, limit);
            return traceOutcome.spansMatched();
        } finally {
            leaves.close();
        }
    }

    private boolean isComplete() {
        return scan == null ? traceOutcome.complete() : scan.isComplete();
    }

    /** Returns the first of the spans that are asked for, in their order, under the one cursor of this question, which has to be closed before it is asked again. */
    public SpanCursor find() {
        requireNoCursor();
        renew();
        boolean done = false;
        try {
            SpanCursor found = scan == null ? findTraces() : findSpans(scan);
            done = true;
            return found;
        } finally {
            if (!done) {
                leaves.close();
            }
        }
    }

    private SpanCursor findSpans(LeafScan loop) {
        KeptSpans kept = first == null ? KeptSpans.first(query.limit(), query.order(), after) : first;
        first = kept;
        loop.run(leaves, kept.clear(), limit);
        SpanCursor found = cursor == null ? new SpanCursor(leaves, loop, kept, query) : cursor;
        cursor = found;
        kept.sort();
        return found.open();
    }

    private SpanCursor findTraces() {
        TraceSearch search = newSearch(query.limit());
        traceOutcome = search.run(leaves, limit);
        SpanCursor found = new SpanCursor(leaves, traceOutcome, search.first(), search.facts(), query);
        cursor = found;
        return found.open();
    }

    private TraceSearch newSearch(int wanted) {
        return new TraceSearch(traces(), limits, query.order(), horizon, wanted, after);
    }

    /** Goes to the present moment of the store, which has to be the one that a page is of. */
    private void renew() {
        limit.start();
        leaves.renew();
        PageToken page = query.page();
        if (page != null) {
            requireStore(page);
        }
    }

    private void requireStore(PageToken page) {
        boolean same = false;
        try {
            page.requireOf(leaves);
            same = true;
        } finally {
            if (!same) {
                leaves.close();
            }
        }
    }

    private TraceQuestion traces() {
        TraceQuestion question = traces;
        if (question == null) {
            throw new IllegalStateException("The question is about single spans");
        }
        return question;
    }

    private void requireNoCursor() {
        if (cursor != null && cursor.isOpen()) {
            throw new IllegalStateException(
                    "The cursor of the last answer is open; close it before the question is asked again");
        }
    }

    /** Returns what the last run did, and whether there is anything that it could not read. */
    public ScanOutcome outcome() {
        return scan == null ? traceOutcome : scan.outcome();
    }

    /** Ends the run that is under way, soon: its outcome says so, and {@link #count} fails. */
    public void cancel() {
        limit.cancel();
    }

    /**
     * Says how the question would be put to each leaf of the store, the newest first; leaves that are searched alike are told together, empty
     * ones not at all. A question about whole traces looks for candidates first, and this is how.
     */
    public List<LeafPlans> explain() {
        requireNoCursor();
        leaves.renew();
        try {
            LeafScan loop = scan == null ? new LeafScan(TraceSearch.lookedForFirst(traces(), leaves)) : scan;
            Map<LeafPlans, LeafPlans> alike = new LinkedHashMap<>();
            for (int i = leaves.count() - 1; i >= 0; i--) {
                Leaf leaf = leaves.leaf(i);
                if (leaf.endOrdinal() == 0 && leaves.count() > 1) {
                    continue;
                }
                LeafScan.Described described = loop.describe(leaves, i);
                LeafPlans one = plan(leaf, described.indexed(), described.plan());
                alike.merge(one.kind(), one, LeafPlans::and);
            }
            return new ArrayList<>(alike.values());
        } finally {
            leaves.close();
        }
    }

    private static LeafPlans plan(Leaf leaf, int indexed, PlanText plan) {
        int spans = leaf.endOrdinal();
        String scanned = indexed == spans
                ? ""
                : leaf.isOpenSlabs()
                        ? "not in the log yet"
                        : LeafIndexes.why(leaf).toString();
        return new LeafPlans(
                plan.access(),
                plan.residual(),
                plan.exact(),
                1,
                spans,
                indexed,
                scanned,
                plan.termsLooked(),
                plan.termsUnited());
    }
}
