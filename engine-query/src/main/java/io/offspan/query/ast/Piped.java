package io.offspan.query.ast;

import java.util.List;

/**
 * Chooses what the stages of a pipeline leave of the spans of a trace, all groups together.
 *
 * <p><b>Fails</b> with {@link QueryException} when they do not begin with a {@link Spanset}, are too many or select fields.
 */
public record Piped(List<Stage> stages) implements Spanset {
    public Piped {
        stages = List.copyOf(stages);
        Tree.checkInnerStages(stages);
        if (stages.size() < 2) {
            throw new QueryException(
                    QueryException.Reason.SYNTAX,
                    "A pipeline of one stage in another; take the stage " + stages.get(0));
        }
        Tree.checkSize(Tree.depthOfStages(stages), 1 + Tree.nodesOfStages(stages));
    }

    /** Returns the stage that chooses spans first. */
    public Spanset first() {
        return (Spanset) stages.get(0);
    }

    @Override
    public int depth() {
        return Tree.depthOfStages(stages);
    }

    @Override
    public int nodes() {
        return (int) Math.min(1 + Tree.nodesOfStages(stages), Integer.MAX_VALUE);
    }

    @Override
    public String toString() {
        return "(" + Tree.joinStages(stages) + ")";
    }
}
