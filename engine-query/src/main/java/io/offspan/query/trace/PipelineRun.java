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
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome.Ending;
import io.offspan.query.value.Calculator;
import io.offspan.query.value.ZeroDivisions;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts a pipeline to one trace after another. Its spans are one group until a stage splits them, and every stage is put to each group.
 * One group after another goes through the stages, so that memory does not depend on how many there are.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class PipelineRun {
    /** Groups after which the limit is asked: few, and an answer for each is cheap. */
    private static final int GROUPS_A_LOOK = 64;

    private final TraceQuestion question;
    private final RunLimit limit;
    private final Aggregate aggregate;
    private List<Member> trace = List.of();
    private @Nullable TraceView view;

    PipelineRun(TraceQuestion question, ZeroDivisions zeroDivisions, RunLimit limit) {
        this.question = question;
        this.limit = limit;
        aggregate = new Aggregate(question.measures(), new Calculator(zeroDivisions), this::left);
    }

    /**
     * Returns the spans that the last stage leaves, by their place among those of the trace; no answer where the limit has ended the
     * search meanwhile.
     */
    BitSet run(List<Member> members) {
        trace = members;
        view = null;
        BitSet all = new BitSet(members.size());
        all.set(0, members.size());
        return left(question.pipeline().stages(), all);
    }

    /** Returns what stages leave of some spans, all groups together. */
    private BitSet left(List<Stage> stages, BitSet from) {
        BitSet left = from;
        for (int at = 0; at < stages.size() && !left.isEmpty(); at++) {
            if (stages.get(at) instanceof Grouping grouping) {
                int end = endOfGroups(stages, at);
                left = leftOfGroups(grouping, stages.subList(at + 1, end), left);
                at = end;
            } else {
                left = next(stages.get(at), left);
            }
        }
        return left;
    }

    /** Returns the place of the stage that makes the groups one again, or their number. */
    private static int endOfGroups(List<Stage> stages, int from) {
        int end = from;
        while (end < stages.size() && !(stages.get(end) instanceof Coalescing)) {
            end++;
        }
        return end;
    }

    /** Returns what stages leave of the groups of some spans, all groups together. */
    private BitSet leftOfGroups(Grouping grouping, List<Stage> stages, BitSet from) {
        int number = question.groupings().indexOf(grouping.by());
        long[] byKey = from.stream()
                .mapToLong(i -> (long) trace.get(i).key(number) << Integer.SIZE | i)
                .sorted()
                .toArray();
        BitSet left = new BitSet();
        BitSet group = new BitSet();
        int groups = 0;
        for (int i = 0; i < byKey.length; i++) {
            group.set((int) byKey[i]);
            if (i + 1 < byKey.length && byKey[i + 1] >>> Integer.SIZE == byKey[i] >>> Integer.SIZE) {
                continue;
            }
            if (groups++ % GROUPS_A_LOOK == 0 && limit.ending() != Ending.REGULAR) {
                return new BitSet();
            }
            left.or(left(stages, group));
            group.clear();
        }
        return left;
    }

    /** Returns what a stage leaves of the spans of one group. */
    private BitSet next(Stage stage, BitSet group) {
        if (stage instanceof Spanset spanset) {
            return choose(spanset, group);
        }
        boolean holds = !(stage instanceof Aggregation number) || aggregate.holds(number, trace, group);
        return holds ? group : new BitSet();
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

    /** Returns how the spans of the trace that was run last hang together. */
    TraceView view() {
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
