package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.scan.Hit;
import io.offspan.query.value.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of the spans of some traces as nested sets: whatever is below a span has numbers between its left and its right one. A
 * second copy of a span has the numbers of the first.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link QueryException} ({@code LIMIT}) beyond its limit of spans.
 */
final class NestedSets {
    private static final int[] UNNUMBERED = new int[3];

    /** What tells a span from others, but from a second copy of it. */
    private record Name(long traceIdHigh, long traceIdLow, long spanId, long parentId, long startNanos, int kind) {
        static Name of(SpanView span) {
            return new Name(
                    span.traceIdHigh(),
                    span.traceIdLow(),
                    span.spanId(),
                    span.hasParent() ? span.parentId() : 0,
                    span.startNanos(),
                    span.kind());
        }
    }

    private record Placed(Hit hit, Name name) {}

    private final GroupLimits limits;
    private List<Placed> spans = new ArrayList<>();
    /** The numbers of the parent, left and right. */
    private final Map<Name, int[]> numbers = new HashMap<>();

    NestedSets(GroupLimits limits) {
        this.limits = limits;
    }

    void add(SpanView span, Hit hit) {
        if (spans.size() == limits.spans()) {
            throw new QueryException(
                    Reason.LIMIT,
                    "The question numbers more than " + limits.spans()
                            + " spans as nested sets; narrow the time or the filter");
        }
        spans.add(new Placed(hit, Name.of(span)));
    }

    /** Numbers what was added, trace by trace. */
    void number() {
        spans.sort((one, other) -> one.hit().compareByTrace(other.hit()));
        for (int from = 0; from < spans.size(); ) {
            int to = from + 1;
            while (to < spans.size()
                    && spans.get(to).hit().isInTraceOf(spans.get(from).hit())) {
                to++;
            }
            number(spans.subList(from, to));
            from = to;
        }
        spans = new ArrayList<>();
    }

    private void number(List<Placed> trace) {
        TraceView view = new TraceView(
                trace.stream().mapToLong(span -> span.name().spanId()).toArray(),
                trace.stream().mapToLong(span -> span.name().parentId()).toArray(),
                trace.stream().mapToInt(span -> span.name().kind()).toArray());
        int[] left = new int[trace.size()];
        int[] right = new int[trace.size()];
        view.number(left, right);
        for (int i = 0; i < trace.size(); i++) {
            int parent = view.parent(i);
            int above = parent != TraceView.NONE
                    ? left[parent]
                    : trace.get(i).name().parentId() == 0 ? -1 : 0;
            numbers.putIfAbsent(trace.get(i).name(), new int[] {above, left[i], right[i]});
        }
    }

    /** Takes a number of a span. */
    void read(Intrinsic field, SpanView span, Scalar into) {
        int[] found = numbers.getOrDefault(Name.of(span), UNNUMBERED);
        into.setWhole(found[field.ordinal() - Intrinsic.NESTED_SET_PARENT.ordinal()]);
    }
}
