package io.offspan.query.trace;

import io.offspan.query.ast.Filter;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.scan.Hit;
import io.offspan.query.scan.Horizon;
import io.offspan.query.scan.LeafScan;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.ScanOutcome.Ending;
import io.offspan.query.scan.SeekCost;
import io.offspan.query.scan.Sink;
import io.offspan.query.scan.SpanKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers a question about whole traces: notes the traces that may be in the answer, learns the facts about them, then brings
 * their candidate spans together and puts the pipeline to each trace. A question without facts of traces takes the last step
 * only. A question about how spans are related loads all spans of a trace, but only where the filters of its first stage say that the
 * trace can match. A trace is what the store has of it within the time of the question; late and repeated spans are spans.
 *
 * <p><b>Threads.</b> Belongs to one thread; one search. <b>Fails</b> with {@link QueryException}
 * ({@code LIMIT}) when that takes more memory than {@link GroupLimits} allow.
 */
public final class TraceSearch {
    private final TraceQuestion question;
    private final GroupLimits limits;
    private final SpanOrder order;
    private final @Nullable Horizon horizon;
    private final TraceFacts facts;
    private long grouped;
    private long matched;
    private final List<Hit> hits = new ArrayList<>();
    private ScanOutcome walked = ScanOutcome.NONE;

    /**
     * Makes a search.
     *
     * @param order of the answer
     * @param horizon the moment whose spans are searched, null for now
     */
    public TraceSearch(TraceQuestion question, GroupLimits limits, SpanOrder order, @Nullable Horizon horizon) {
        this.question = question;
        this.limits = limits;
        this.order = order;
        this.horizon = horizon;
        facts = new TraceFacts(limits, question.parentAttributes());
    }

    /**
     * Finds the spans of the answer; asked for once, before {@link #first}. There are none when it has ended early, since what
     * part of a trace says is not what the trace says.
     */
    public ScanOutcome run(Leaves leaves, RunLimit limit) {
        if (question.needsFacts() || question.isOfTrees()) {
            List<Filter> noted = question.isOfTrees() ? question.firstOfSpans() : List.of();
            walk(new LeafScan(question.noted()), leaves, new CandidateTraces(facts, noted), limit);
        }
        if (question.needsFacts()) {
            walk(new LeafScan(question.window()), leaves, new FactCollector(facts, question.needsFamilies()), limit);
            facts.families().place();
        }
        MemberCollector collector = new MemberCollector(question, facts, limits, order);
        PipelineRun pipeline = new PipelineRun(question, collector.zeroDivisions(), limit);
        if (question.isOfTrees()) {
            runOverTrees(collector, pipeline, leaves, limit);
        } else {
            walk(new LeafScan(question.candidates()), leaves, collector, limit);
            evaluate(collector, pipeline, limit);
        }
        if (walked.ending() != Ending.REGULAR) {
            hits.clear();
            grouped = 0;
            matched = 0;
        }
        return walked.grouped(hits.size(), collector.zeroDivisions().count(), grouped, matched);
    }

    /** Loads the traces that may be in the answer one by one, or all of them by one walk where that is less work. */
    private void runOverTrees(MemberCollector collector, PipelineRun pipeline, Leaves leaves, RunLimit limit) {
        List<TraceFact> traces = facts.all().stream()
                .filter(trace -> question.mayMatch(trace.passed()))
                .toList();
        if (traces.size() > SeekCost.tracesOfAWalk(leaves)) {
            walk(new LeafScan(question.window()), leaves, collector, limit);
            evaluate(collector, pipeline, limit);
            return;
        }
        LeafScan scan = LeafScan.ofTraces();
        for (TraceFact trace : traces) {
            scan.seek(trace.traceIdHigh(), trace.traceIdLow());
            walk(scan, leaves, collector.clear(), limit);
            evaluate(collector, pipeline, limit);
        }
    }

    private void evaluate(MemberCollector collector, PipelineRun pipeline, RunLimit limit) {
        if (walked.ending() != Ending.REGULAR) {
            return;
        }
        List<Member> members = collector.byTrace();
        for (int from = 0; from < members.size() && walked.ending() == Ending.REGULAR; ) {
            int to = endOfTrace(members, from);
            grouped++;
            matched += keep(members.subList(from, to), pipeline) ? 1 : 0;
            from = to;
            Ending ending = limit.ending();
            if (ending != Ending.REGULAR) {
                walked = walked.then(new ScanOutcome(ending, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            }
        }
    }

    private void walk(LeafScan scan, Leaves leaves, Sink sink, RunLimit limit) {
        if (walked.ending() == Ending.REGULAR) {
            scan.within(horizon).run(leaves, sink, limit);
            walked = walked.then(scan.outcome());
        }
    }

    private static int endOfTrace(List<Member> members, int from) {
        Hit first = members.get(from).hit();
        int to = from + 1;
        while (to < members.size() && members.get(to).hit().isInTraceOf(first)) {
            to++;
        }
        return to;
    }

    private boolean keep(List<Member> trace, PipelineRun pipeline) {
        BitSet left = pipeline.run(trace);
        if (hits.size() + left.cardinality() > limits.spans()) {
            throw new QueryException(
                    Reason.LIMIT,
                    "The question leaves more than " + limits.spans()
                            + " spans of whole traces; narrow the time or the filters of its stages");
        }
        for (int i = left.nextSetBit(0); i >= 0; i = left.nextSetBit(i + 1)) {
            hits.add(trace.get(i).hit());
        }
        return !left.isEmpty();
    }

    /** Returns what is known of the traces. */
    public TraceFacts facts() {
        return facts;
    }

    /**
     * Returns the first spans of the answer in its order; while the leaves are open.
     *
     * @param after what only comes after this span is returned, or null for the beginning
     */
    public List<Hit> first(int limit, @Nullable SpanKey after) {
        hits.sort(Hit::compareTo);
        int from = after == null ? 0 : after.countUpTo(hits);
        return new ArrayList<>(hits.subList(from, Math.min(from + limit, hits.size())));
    }
}
