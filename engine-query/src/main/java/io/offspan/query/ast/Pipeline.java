package io.offspan.query.ast;

import java.util.List;

/**
 * A question that is put to one trace after another: stages, of which the first chooses spans and each other goes on from what
 * the one before left. A trace is part of the answer when spans are left at the end.
 *
 * <p>{@link Object#toString} gives one canonical text of TraceQL, which reads back as an equal pipeline wherever TraceQL can say its
 * filters.
 *
 * <p><b>Fails</b> with {@link QueryException} when it would not begin with a {@link Spanset} or exceed {@link FilterLimits}.
 *
 * <p><b>Threads.</b> Immutable.
 */
public record Pipeline(List<Stage> stages) implements Question {
    public Pipeline {
        stages = List.copyOf(stages);
        Tree.checkStages(stages);
        FilterLimits.check(
                "Nodes of a pipeline", Tree.nodesOfStages(stages), FilterLimits.MAX_NODES, "ask in several queries");
    }

    /** Returns the pipeline of one stage, which chooses the spans that pass a filter. */
    public static Pipeline of(Filter filter) {
        return new Pipeline(List.of(new Matching(filter)));
    }

    /** Returns the pipeline that chooses the spans that pass a filter, in traces where none passes another. */
    public static Pipeline except(Filter filter, Filter none) {
        return new Pipeline(List.of(new Except(new Matching(filter), new Matching(none))));
    }

    /** Returns the stage that chooses spans first. */
    public Spanset first() {
        return (Spanset) stages.get(0);
    }

    @Override
    public String toString() {
        return Tree.joinStages(stages);
    }
}
