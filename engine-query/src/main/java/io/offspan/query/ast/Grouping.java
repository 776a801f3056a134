package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.Objects;

/**
 * Splits the spans of a trace into groups that have the same value for an expression; what follows is put to each group by itself.
 * Values are the same when type and value are; spans without one are a group, too.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code TYPE}) for an expression that is the same for all spans.
 */
public record Grouping(Expression by) implements Stage {
    public Grouping {
        Objects.requireNonNull(by, "by");
        if (!dependsOnSpans(by)) {
            throw new QueryException(
                    Reason.TYPE,
                    "by(" + by + ") makes one group of all spans; name a field, as in by(resource.service.name)");
        }
    }

    private static boolean dependsOnSpans(Expression expression) {
        if (expression instanceof Arithmetic sum) {
            return dependsOnSpans(sum.left()) || dependsOnSpans(sum.right());
        }
        return expression instanceof Negation negation ? dependsOnSpans(negation.of()) : expression instanceof Field;
    }

    @Override
    public int nodes() {
        return 1 + by.nodes();
    }

    @Override
    public String toString() {
        return "by(" + by + ")";
    }
}
