package io.offspan.query.trace;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.Related;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import io.offspan.query.value.Calculator;
import io.offspan.query.value.ZeroDivisions;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts a pipeline to one trace after another.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class PipelineRun {
    private final Pipeline pipeline;
    private final Aggregate aggregate;
    private List<Member> trace = List.of();
    private @Nullable TraceView view;
    private int nextFilter;

    PipelineRun(TraceQuestion question, ZeroDivisions zeroDivisions) {
        pipeline = question.pipeline();
        aggregate = new Aggregate(question.measures(), new Calculator(zeroDivisions));
    }

    /** Returns the spans that the last stage leaves, by their place among those of the trace. */
    BitSet run(List<Member> members) {
        trace = members;
        view = null;
        nextFilter = 0;
        BitSet left = new BitSet(members.size());
        left.set(0, members.size());
        for (Stage stage : pipeline.stages()) {
            if (stage instanceof Spanset spanset) {
                left = choose(spanset, left);
            } else if (stage instanceof Aggregation number && !aggregate.holds(number, members, left)) {
                left.clear();
            }
            if (left.isEmpty()) {
                break;
            }
        }
        return left;
    }

    /** Filters are numbered in the order of the text, whatever they choose. */
    private BitSet choose(Spanset spanset, BitSet from) {
        if (spanset instanceof Matching) {
            return passing(nextFilter++, from);
        }
        if (spanset instanceof Related related) {
            BitSet left = choose(related.left(), from);
            BitSet right = choose(related.right(), from);
            return relate(left, related, right);
        }
        boolean needsAll = spanset instanceof Both;
        List<Spanset> parts = spanset instanceof Both both ? both.parts() : ((Either) spanset).parts();
        BitSet chosen = new BitSet(trace.size());
        boolean all = true;
        for (Spanset part : parts) {
            BitSet some = choose(part, from);
            all &= !some.isEmpty();
            chosen.or(some);
        }
        return needsAll && !all ? new BitSet() : chosen;
    }

    private BitSet relate(BitSet left, Related related, BitSet right) {
        BitSet some = view().related(left, related.kinship(), right);
        return switch (related.form()) {
            case SOME -> some;
            case NONE -> {
                right.andNot(some);
                yield right;
            }
            case PAIRS -> {
                some.or(view().related(right, related.kinship().mirrored(), left));
                yield some;
            }
        };
    }

    private TraceView view() {
        TraceView made = view;
        if (made == null) {
            made = new TraceView(
                    trace.stream().mapToLong(Member::spanId).toArray(),
                    trace.stream().mapToLong(Member::parentId).toArray(),
                    trace.stream().mapToInt(Member::kind).toArray());
            view = made;
        }
        return made;
    }

    private BitSet passing(int filter, BitSet from) {
        BitSet chosen = new BitSet(trace.size());
        for (int i = from.nextSetBit(0); i >= 0; i = from.nextSetBit(i + 1)) {
            if (trace.get(i).passes(filter)) {
                chosen.set(i);
            }
        }
        return chosen;
    }
}
