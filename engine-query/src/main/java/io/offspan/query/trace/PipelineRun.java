package io.offspan.query.trace;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import java.util.BitSet;
import java.util.List;

/**
 * Puts a pipeline to one trace after another.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class PipelineRun {
    private final Pipeline pipeline;
    private List<Member> trace = List.of();
    private int nextFilter;

    PipelineRun(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Returns the spans that the last stage leaves, by their place among those of the trace. */
    BitSet run(List<Member> members) {
        trace = members;
        nextFilter = 0;
        int aggregation = 0;
        BitSet left = new BitSet(members.size());
        left.set(0, members.size());
        for (Stage stage : pipeline.stages()) {
            if (stage instanceof Spanset spanset) {
                left = choose(spanset, left);
            } else if (stage instanceof Aggregation number
                    && !new Aggregate(number, aggregation++).holds(members, left)) {
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
        boolean needsBoth = spanset instanceof Both;
        BitSet left = choose(spanset instanceof Both both ? both.left() : ((Either) spanset).left(), from);
        BitSet right = choose(spanset instanceof Both both ? both.right() : ((Either) spanset).right(), from);
        if (needsBoth && (left.isEmpty() || right.isEmpty())) {
            return new BitSet();
        }
        left.or(right);
        return left;
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
