package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.scan.Hit;
import io.offspan.query.value.KeptValues;
import io.offspan.query.value.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of the spans of some traces by their place there: their numbers as nested sets, where whatever is below a span has
 * numbers between its left and its right one, and values of their parents. A second copy of a span has what the first has.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link QueryException} ({@code LIMIT}) beyond its limit of spans.
 */
final class FamilyFacts {
    private static final int OF_NESTED_SETS = 3;

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

    /** A span, and its own values for what children ask of it. */
    private record Placed(Hit hit, Name name, int[] values) {}

    private final GroupLimits limits;
    /** What children ask of their parents. */
    private final List<ParentAttribute> asked;

    private final KeptValues values;
    private List<Placed> spans = new ArrayList<>();
    /** The nested-set numbers of the parent, left and right, and then the values of the parent. */
    private final Map<Name, int[]> known = new HashMap<>();

    private final int[] unknown;

    FamilyFacts(GroupLimits limits, List<ParentAttribute> asked) {
        this.limits = limits;
        this.asked = asked;
        values = new KeptValues(asked.stream().map(ParentAttribute::of).toList());
        unknown = new int[OF_NESTED_SETS + asked.size()];
    }

    void enterBlock(StringHeap strings) {
        values.enterBlock(strings);
    }

    void add(SpanView span, Hit hit) {
        if (spans.size() == limits.spans()) {
            throw new QueryException(
                    Reason.LIMIT,
                    "The question finds more than " + limits.spans()
                            + " spans their place in their traces; narrow the time or the filter");
        }
        spans.add(new Placed(hit, Name.of(span), values.keep(span)));
    }

    /** Finds what was added its place, trace by trace. */
    void place() {
        spans.sort((one, other) -> one.hit().compareByTrace(other.hit()));
        for (int from = 0; from < spans.size(); ) {
            int to = from + 1;
            while (to < spans.size()
                    && spans.get(to).hit().isInTraceOf(spans.get(from).hit())) {
                to++;
            }
            place(spans.subList(from, to));
            from = to;
        }
        spans = new ArrayList<>();
    }

    private void place(List<Placed> trace) {
        TraceView view = new TraceView(
                trace.stream().mapToLong(span -> span.name().spanId()).toArray(),
                trace.stream().mapToLong(span -> span.name().parentId()).toArray(),
                trace.stream().mapToInt(span -> span.name().kind()).toArray());
        int[] left = new int[trace.size()];
        int[] right = new int[trace.size()];
        view.number(left, right);
        for (int i = 0; i < trace.size(); i++) {
            Name name = trace.get(i).name();
            int parent = view.parent(i);
            int[] facts = new int[OF_NESTED_SETS + asked.size()];
            facts[0] = parent != TraceView.NONE ? left[parent] : name.parentId() == 0 ? -1 : 0;
            facts[1] = left[i];
            facts[2] = right[i];
            if (parent != TraceView.NONE) {
                System.arraycopy(trace.get(parent).values(), 0, facts, OF_NESTED_SETS, asked.size());
            }
            known.putIfAbsent(name, facts);
        }
    }

    /** Takes a number of a span as one of nested sets. */
    void read(Intrinsic field, SpanView span, Scalar into) {
        into.setWhole(facts(span)[field.ordinal() - Intrinsic.NESTED_SET_PARENT.ordinal()]);
    }

    /** Takes a value of the parent of a span, nil where nobody asked for it before. */
    void read(ParentAttribute field, SpanView span, Scalar into) {
        int number = asked.indexOf(field);
        if (number < 0) {
            into.setNil();
        } else {
            into.set(values.get(facts(span)[OF_NESTED_SETS + number]));
        }
    }

    private int[] facts(SpanView span) {
        return known.getOrDefault(Name.of(span), unknown);
    }
}
