package io.offspan.query.trace;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Coalescing;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Except;
import io.offspan.query.ast.Grouping;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Piped;
import io.offspan.query.ast.Related;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import io.offspan.query.value.Calculator;
import io.offspan.query.value.ZeroDivisions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a pipeline to one trace after another. Its spans are one group until a stage splits them, and every stage is put to each group.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class PipelineRun {
    private final TraceQuestion question;
    private final Aggregate aggregate;
    private List<Member> trace = List.of();
    private @Nullable TraceView view;

    PipelineRun(TraceQuestion question, ZeroDivisions zeroDivisions) {
        this.question = question;
        aggregate = new Aggregate(question.measures(), new Calculator(zeroDivisions), this::left);
    }

    /** Returns the spans that the last stage leaves, by their place among those of the trace. */
    BitSet run(List<Member> members) {
        trace = members;
        view = null;
        BitSet all = new BitSet(members.size());
        all.set(0, members.size());
        return left(question.pipeline().stages(), all);
    }

    /** Returns what stages leave of some spans, all groups together. */
    private BitSet left(List<Stage> stages, BitSet from) {
        List<BitSet> groups = List.of(from);
        for (Stage stage : stages) {
            groups = next(stage, groups);
            if (groups.isEmpty()) {
                return new BitSet();
            }
        }
        return groups.size() == 1 ? groups.get(0) : joined(groups);
    }

    /** Returns the groups that a stage leaves, none of them empty. */
    private List<BitSet> next(Stage stage, List<BitSet> groups) {
        List<BitSet> left = new ArrayList<>();
        if (stage instanceof Coalescing) {
            left.add(joined(groups));
            return left;
        }
        for (BitSet group : groups) {
            if (stage instanceof Grouping grouping) {
                split(question.groupings().indexOf(grouping.by()), group, left);
                continue;
            }
            BitSet kept = stage instanceof Spanset spanset ? choose(spanset, group) : group;
            boolean holds = !(stage instanceof Aggregation number) || aggregate.holds(number, trace, group);
            if (holds && !kept.isEmpty()) {
                left.add(kept);
            }
        }
        return left;
    }

    private static BitSet joined(List<BitSet> groups) {
        BitSet all = new BitSet();
        groups.forEach(all::or);
        return all;
    }

    /** Adds the groups of a group, in the order of their first spans. */
    private void split(int grouping, BitSet group, List<BitSet> into) {
        Map<Integer, BitSet> byKey = new LinkedHashMap<>();
        for (int i = group.nextSetBit(0); i >= 0; i = group.nextSetBit(i + 1)) {
            byKey.computeIfAbsent(trace.get(i).key(grouping), key -> new BitSet(trace.size()))
                    .set(i);
        }
        into.addAll(byKey.values());
    }

    private BitSet choose(Spanset spanset, BitSet from) {
        if (spanset instanceof Matching matching) {
            return passing(question.numberOf(matching), from);
        }
        if (spanset instanceof Piped piped) {
            return left(piped.stages(), from);
        }
        if (spanset instanceof Related related) {
            return relate(choose(related.left(), from), related, choose(related.right(), from));
        }
        if (spanset instanceof Except except) {
            BitSet chosen = choose(except.left(), from);
            return chosen.isEmpty() || choose(except.right(), from).isEmpty() ? chosen : new BitSet();
        }
        boolean needsAll = spanset instanceof Both;
        List<Spanset> parts = spanset instanceof Both both ? both.parts() : ((Either) spanset).parts();
        BitSet chosen = new BitSet(trace.size());
        for (Spanset part : parts) {
            BitSet some = choose(part, from);
            if (needsAll && some.isEmpty()) {
                return some;
            }
            chosen.or(some);
        }
        return chosen;
    }

    private BitSet relate(BitSet left, Related related, BitSet right) {
        BitSet some = view().related(left, related.kinship(), right);
        return switch (related.form()) {
            case SOME -> some;
            case NONE -> {
                BitSet none = (BitSet) right.clone();
                none.andNot(some);
                yield none;
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
            made = TraceView.of(trace);
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
