package io.offspan.query.trace;

import io.offspan.codec.wire.Hex;
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
import io.offspan.query.scan.TracePart;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers a question about whole traces: notes the traces that may be in the answer, learns the facts about them, then brings
 * their candidate spans together and puts the pipeline to each trace. A question that facts of traces do not decide takes the last step
 * only; facts that are only shown are learned of the traces in the answer. A question about how spans are related loads all spans of a trace, but only where the filters of its first stage say that the
 * trace can match. A trace is what the store has of it within the time of the question; late and repeated spans are spans.
 *
 * <p>Where that takes more memory than {@link GroupLimits} allow, the traces are taken part by part, and of the answer no more spans are kept
 * than are wanted.
 *
 * <p><b>Threads.</b> Belongs to one thread; one search. <b>Fails</b> with {@link QueryException}
 * ({@code LIMIT}) when a single trace is too large.
 */
public final class TraceSearch {
    /** A part that is too large is split into so many times 2. */
    private static final int MORE_BITS = 2;

    private final TraceQuestion question;
    private final GroupLimits limits;
    private final @Nullable Horizon horizon;
    private final SpanOrder order;
    private final boolean anyWanted;
    private final FirstHits hits;
    private final BrokenCount broken = new BrokenCount();
    private TraceFacts facts;
    /** For a question about related spans. */
    private @Nullable NotedSides noted;

    private boolean inParts;
    private long grouped;
    private long matched;
    private long left;
    private long zeroDivisions;
    private ScanOutcome walked = ScanOutcome.NONE;

    /**
     * Makes a search.
     *
     * @param order of the answer
     * @param horizon the moment whose spans are searched, null for now
     * @param wanted how many spans of the answer are, the first of the order; {@link Integer#MAX_VALUE} for all
     * @param after what only comes after this span is wanted, or null for the beginning
     */
    public TraceSearch(
            TraceQuestion question,
            GroupLimits limits,
            SpanOrder order,
            @Nullable Horizon horizon,
            int wanted,
            @Nullable SpanKey after) {
        this.question = question;
        this.limits = limits.ofQuestion();
        this.order = order;
        this.horizon = horizon;
        anyWanted = wanted > 0;
        hits = new FirstHits(wanted, after, limits.most());
        facts = new TraceFacts(limits, question.parentAttributes());
    }

    /**
     * Finds the spans of the answer; asked for once, before {@link #first}. There are none when it has ended early, since what
     * part of a trace says is not what the trace says.
     */
    public ScanOutcome run(Leaves leaves, RunLimit limit) {
        noted = question.isOfTrees() ? new NotedSides(question, leaves) : null;
        search(TracePart.ALL, leaves, limit);
        if (anyWanted && question.showsFacts() && (inParts || !question.needsFacts()) && isGoingOn()) {
            learnOfAnswer(leaves, limit);
        }
        if (!isGoingOn()) {
            hits.clear();
            left = 0;
            grouped = 0;
            matched = 0;
        }
        return walked.grouped(left, zeroDivisions, grouped, matched, broken.counts());
    }

    /** Returns the filter of the spans that a search in leaves, which are open, would look for first. */
    public static Filter lookedForFirst(TraceQuestion question, Leaves leaves) {
        return question.isOfTrees() ? new NotedSides(question, leaves).filter() : question.candidates();
    }

    private boolean isGoingOn() {
        return walked.ending() == Ending.REGULAR;
    }

    private void search(TracePart part, Leaves leaves, RunLimit limit) {
        if (!isGoingOn() || searched(part, leaves, limit)) {
            return;
        }
        inParts = true;
        for (TracePart smaller : part.split(MORE_BITS)) {
            search(smaller, leaves, limit);
        }
    }

    /** Searches a part of the traces; false where it is too large, and nothing was found. */
    private boolean searched(TracePart part, Leaves leaves, RunLimit limit) {
        boolean smallest = part.bits() >= TracePart.MAX_BITS;
        GroupLimits room = smallest ? limits.ofOne() : limits;
        TraceFacts learned = new TraceFacts(room, question.parentAttributes());
        @Nullable MemberCollector together;
        try {
            learn(part, learned, leaves, limit);
            together = isOneByOne(learned, leaves) ? null : bringTogether(part, learned, room, leaves, limit);
        } catch (QueryException tooMuch) {
            if (smallest || tooMuch.reason() != Reason.LIMIT) {
                throw tooMuch;
            }
            return false;
        }
        facts = learned;
        if (together == null) {
            runOneByOne(learned, leaves, limit);
        } else {
            evaluate(together, new PipelineRun(question, together.zeroDivisions(), limit), limit);
            zeroDivisions += together.zeroDivisions().count();
        }
        return true;
    }

    /** Notes the traces that may be in the answer, and learns what the question asks of them. */
    private void learn(TracePart part, TraceFacts learned, Leaves leaves, RunLimit limit) {
        NotedSides sides = noted;
        String id = sides == null ? null : sides.trace();
        if (id != null) {
            // Whether there is such a trace, and what is in it, is seen when it is loaded.
            long high = Hex.parse(id, 0, 16);
            long low = Hex.parse(id, 16, id.length());
            if (part.has(high, low)) {
                learned.add(high, low).pass(-1);
            }
        } else if (sides != null) {
            Sink candidates = new CandidateTraces(learned, question.firstOfSpans(), sides.unknown(), part);
            walk(new LeafScan(sides.filter()), leaves, candidates, limit);
        } else if (question.needsFacts()) {
            walk(new LeafScan(question.candidates()), leaves, new CandidateTraces(learned, List.of(), 0, part), limit);
        }
        if (question.needsFacts()) {
            learnAll(learned, leaves, limit);
        }
    }

    private void learnAll(TraceFacts learned, Leaves leaves, RunLimit limit) {
        Sink collector = new FactCollector(learned, question);
        if (learned.size() > SeekCost.tracesOfAWalk(leaves)) {
            walk(new LeafScan(question.window()), leaves, collector, limit);
        } else {
            LeafScan scan = LeafScan.ofTraces();
            for (TraceFact trace : learned.all()) {
                scan.seek(trace.traceIdHigh(), trace.traceIdLow());
                walk(scan, leaves, collector, limit);
            }
        }
        learned.families().place();
    }

    /** Learns of the traces in the answer what is only shown, or was forgotten with the part that they were in. */
    private void learnOfAnswer(Leaves leaves, RunLimit limit) {
        facts = new TraceFacts(limits.ofOne(), question.parentAttributes());
        for (Hit hit : hits.sorted()) {
            facts.add(hit.traceIdHigh(), hit.traceIdLow());
        }
        learnAll(facts, leaves, limit);
    }

    /** Tells whether the traces that may be in the answer are better loaded one by one than by a walk over all spans. */
    private boolean isOneByOne(TraceFacts learned, Leaves leaves) {
        if (!question.isOfTrees()) {
            return false;
        }
        long traces = learned.all().stream()
                .filter(trace -> question.mayMatch(trace.passed()))
                .count();
        return traces <= SeekCost.tracesOfAWalk(leaves);
    }

    private MemberCollector bringTogether(
            TracePart part, TraceFacts learned, GroupLimits room, Leaves leaves, RunLimit limit) {
        MemberCollector collector = new MemberCollector(question, learned, room, order, part);
        Filter filter = question.isOfTrees() ? question.window() : question.candidates();
        walk(new LeafScan(filter), leaves, collector, limit);
        return collector;
    }

    private void runOneByOne(TraceFacts learned, Leaves leaves, RunLimit limit) {
        MemberCollector collector = new MemberCollector(question, learned, limits.ofOne(), order, TracePart.ALL);
        PipelineRun pipeline = new PipelineRun(question, collector.zeroDivisions(), limit);
        LeafScan scan = LeafScan.ofTraces();
        for (TraceFact trace : learned.all()) {
            if (question.mayMatch(trace.passed())) {
                scan.seek(trace.traceIdHigh(), trace.traceIdLow());
                walk(scan, leaves, collector.clear(), limit);
                evaluate(collector, pipeline, limit);
            }
        }
        zeroDivisions += collector.zeroDivisions().count();
    }

    private void evaluate(MemberCollector collector, PipelineRun pipeline, RunLimit limit) {
        if (!isGoingOn()) {
            return;
        }
        List<Member> members = collector.byTrace();
        for (int from = 0; from < members.size() && isGoingOn(); ) {
            int to = endOfTrace(members, from);
            grouped++;
            matched += keep(members.subList(from, to), pipeline) ? 1 : 0;
            from = to;
            Ending ending = limit.ending();
            if (ending != Ending.REGULAR) {
                walked = walked.then(ScanOutcome.ended(ending));
            }
        }
    }

    private void walk(LeafScan scan, Leaves leaves, Sink sink, RunLimit limit) {
        if (isGoingOn()) {
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
        BitSet some = pipeline.run(trace);
        if (question.isOfTrees()) {
            broken.add(pipeline.view());
        }
        left += some.cardinality();
        for (int i = some.nextSetBit(0); i >= 0; i = some.nextSetBit(i + 1)) {
            hits.add(trace.get(i).hit());
        }
        return !some.isEmpty();
    }

    /** Returns what is known of the traces in the answer. */
    public TraceFacts facts() {
        return facts;
    }

    /** Returns the spans of the answer that are wanted, in its order; while the leaves are open. */
    public List<Hit> first() {
        return hits.sorted();
    }
}
