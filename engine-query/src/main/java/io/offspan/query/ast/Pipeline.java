package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.List;
import java.util.stream.Collectors;

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
public record Pipeline(List<Stage> stages) {
    public Pipeline {
        stages = List.copyOf(stages);
        if (stages.isEmpty() || !(stages.get(0) instanceof Spanset)) {
            throw new QueryException(
                    Reason.SYNTAX,
                    "A pipeline that begins with " + (stages.isEmpty() ? "nothing" : stages.get(0))
                            + "; it begins with spans, such as { }");
        }
        FilterLimits.check("Stages of a pipeline", stages.size(), FilterLimits.MAX_STAGES, "ask in several queries");
        FilterLimits.check(
                "Nodes of a pipeline",
                stages.stream().mapToLong(Stage::nodes).sum(),
                FilterLimits.MAX_NODES,
                "ask in several queries");
    }

    /** Returns the pipeline of one stage, which chooses the spans that pass a filter. */
    public static Pipeline of(Filter filter) {
        return new Pipeline(List.of(new Matching(filter)));
    }

    /** Returns the stage that chooses spans first. */
    public Spanset first() {
        return (Spanset) stages.get(0);
    }

    @Override
    public String toString() {
        return stages.stream().map(Stage::toString).collect(Collectors.joining(" | "));
    }
}
