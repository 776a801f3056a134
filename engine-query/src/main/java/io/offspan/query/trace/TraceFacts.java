package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.TraceValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts of the traces that a question is about, by trace id, and how many children each span of theirs has.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link QueryException} ({@code LIMIT}) beyond its limits.
 */
final class TraceFacts implements TraceValues {
    private static final int FIRST_SLOTS = 1_024;

    private final GroupLimits limits;
    private final List<TraceFact> facts = new ArrayList<>();
    /** By slot: the number of a fact plus one, or 0. */
    private int[] slots = new int[1];

    private long[] parentIds = new long[1];
    private int[] parentTraces = new int[1];
    private int[] childCounts = new int[1];
    private int parents;
    private final FamilyFacts families;

    /** @param asked what the question asks of the parents of spans */
    TraceFacts(GroupLimits limits, List<ParentAttribute> asked) {
        this.limits = limits;
        families = new FamilyFacts(limits, asked);
    }

    /** Returns what is known of spans by their place in the traces. */
    FamilyFacts families() {
        return families;
    }

    /** Returns how many traces there are. */
    int size() {
        return facts.size();
    }

    /** Returns what is known of a trace, or null when the question is not about it. */
    @Nullable
    TraceFact find(long high, long low) {
        int number = slots[slot(high, low)];
        return number == 0 ? null : facts.get(number - 1);
    }

    @Override
    public void read(Field field, SpanView span, Scalar into) {
        into.setNil();
        TraceFact known = find(span.traceIdHigh(), span.traceIdLow());
        if (known == null) {
            return;
        }
        if (field instanceof ParentAttribute attribute) {
            families.read(attribute, span, into);
            return;
        }
        Intrinsic intrinsic = (Intrinsic) field;
        switch (intrinsic) {
            case TRACE_DURATION -> known.duration(into);
            case TRACE_ROOT_NAME -> known.rootName(into);
            case TRACE_ROOT_SERVICE -> known.rootService(into);
            case NESTED_SET_PARENT, NESTED_SET_LEFT, NESTED_SET_RIGHT -> families.read(intrinsic, span, into);
            case CHILD_COUNT -> into.setWhole(children(known, span.spanId()));
            default -> throw new IllegalStateException("Field " + field + " is not one of a trace");
        }
    }

    /** Returns the traces, in the order in which they were added. */
    List<TraceFact> all() {
        return facts;
    }

    /** Makes the question be about a trace. */
    TraceFact add(long high, long low) {
        int slot = slot(high, low);
        if (slots[slot] != 0) {
            return facts.get(slots[slot] - 1);
        }
        if (facts.size() == limits.traces()) {
            throw new QueryException(
                    Reason.LIMIT,
                    "The question is about more than " + limits.traces()
                            + " traces at once; narrow the time or the filter");
        }
        TraceFact added = new TraceFact(facts.size(), high, low);
        facts.add(added);
        slots[slot] = facts.size();
        if (2 * facts.size() > slots.length) {
            growSlots();
        }
        return added;
    }

    private int slot(long high, long low) {
        int slot = mix(high * 31 + low) & slots.length - 1;
        while (slots[slot] != 0 && !facts.get(slots[slot] - 1).isOf(high, low)) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private void growSlots() {
        slots = new int[Math.max(FIRST_SLOTS, 2 * slots.length)];
        for (TraceFact fact : facts) {
            slots[slot(fact.traceIdHigh(), fact.traceIdLow())] = fact.number() + 1;
        }
    }

    /** Counts a child of a span of a trace. */
    void addChild(TraceFact trace, long parentId) {
        int slot = childSlot(trace.number(), parentId);
        if (childCounts[slot] == 0) {
            if (parents == limits.spans()) {
                throw new QueryException(
                        Reason.LIMIT,
                        "The question counts the children of more than " + limits.spans()
                                + " spans at once; narrow the time or the filter");
            }
            parents++;
            parentIds[slot] = parentId;
            parentTraces[slot] = trace.number();
        }
        childCounts[slot]++;
        if (2 * parents > childCounts.length) {
            growChildren();
        }
    }

    /** Returns how many spans of a trace name this one as their parent. */
    int children(TraceFact trace, long spanId) {
        return childCounts[childSlot(trace.number(), spanId)];
    }

    private int childSlot(int trace, long parentId) {
        int slot = mix(parentId + trace * 0x9e3779b97f4a7c15L) & childCounts.length - 1;
        while (childCounts[slot] != 0 && (parentIds[slot] != parentId || parentTraces[slot] != trace)) {
            slot = slot + 1 & childCounts.length - 1;
        }
        return slot;
    }

    private void growChildren() {
        long[] oldIds = parentIds;
        int[] oldTraces = parentTraces;
        int[] oldCounts = childCounts;
        int size = Math.max(FIRST_SLOTS, 2 * oldIds.length);
        parentIds = new long[size];
        parentTraces = new int[size];
        childCounts = new int[size];
        for (int i = 0; i < oldIds.length; i++) {
            if (oldCounts[i] > 0) {
                int slot = childSlot(oldTraces[i], oldIds[i]);
                parentIds[slot] = oldIds[i];
                parentTraces[slot] = oldTraces[i];
                childCounts[slot] = oldCounts[i];
            }
        }
    }

    private static int mix(long key) {
        long mixed = (key ^ key >>> 32) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 32);
    }
}
