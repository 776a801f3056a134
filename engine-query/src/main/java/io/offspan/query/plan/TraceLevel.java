package io.offspan.query.plan;

import io.offspan.query.ast.Absent;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Arithmetic;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Exists;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Negation;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.Relation;
import java.util.List;

/** Tells what can be asked of a span alone from what takes the whole trace. */
public final class TraceLevel {
    private TraceLevel() {}

    /** Tells whether a filter looks at anything that takes the whole trace. */
    public static boolean isIn(Filter filter) {
        if (filter instanceof And and) {
            return isInAny(and.filters());
        }
        if (filter instanceof Or or) {
            return isInAny(or.filters());
        }
        return filter instanceof Not not ? isIn(not.filter()) : isInLeaf(filter);
    }

    private static boolean isInAny(List<Filter> filters) {
        for (Filter filter : filters) {
            if (isIn(filter)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isInLeaf(Filter filter) {
        if (filter instanceof Relation relation) {
            return isIn(relation.left()) || isIn(relation.right());
        }
        if (filter instanceof Exists exists) {
            return isIn(exists.field());
        }
        if (filter instanceof Absent absent) {
            return isIn(absent.field());
        }
        return filter instanceof Comparison comparison && isIn(comparison.field());
    }

    /** Tells whether an expression looks at anything that takes the whole trace. */
    public static boolean isIn(Expression expression) {
        if (expression instanceof Negation negation) {
            return isIn(negation.of());
        }
        if (expression instanceof Arithmetic arithmetic) {
            return isIn(arithmetic.left()) || isIn(arithmetic.right());
        }
        return expression instanceof Field field && takesTrace(field);
    }

    /** Tells whether it takes the whole trace to know a field. */
    public static boolean takesTrace(Field field) {
        return field instanceof ParentAttribute
                || field instanceof Intrinsic intrinsic
                        && (isNestedSet(intrinsic)
                                || switch (intrinsic) {
                                    case CHILD_COUNT, TRACE_ROOT_NAME, TRACE_ROOT_SERVICE, TRACE_DURATION -> true;
                                    default -> false;
                                });
    }

    /** Tells whether a field is a number among the nested sets of a trace, which takes the ids of all its spans. */
    public static boolean isNestedSet(Field field) {
        return field == Intrinsic.NESTED_SET_PARENT
                || field == Intrinsic.NESTED_SET_LEFT
                || field == Intrinsic.NESTED_SET_RIGHT;
    }

    /** Returns a filter for single spans that passes whatever this one may pass. */
    public static Filter relaxed(Filter filter) {
        return relaxed(filter, true);
    }

    /** Replaces what takes the whole trace by the answer that passes more, which under a not is no. */
    private static Filter relaxed(Filter filter, boolean answer) {
        if (filter instanceof And and) {
            return new And(relaxed(and.filters(), answer));
        }
        if (filter instanceof Or or) {
            return new Or(relaxed(or.filters(), answer));
        }
        if (filter instanceof Not not) {
            return new Not(relaxed(not.filter(), !answer));
        }
        if (!isInLeaf(filter)) {
            return filter;
        }
        return answer ? Filter.all() : Filter.none();
    }

    private static List<Filter> relaxed(List<Filter> filters, boolean answer) {
        return filters.stream().map(filter -> relaxed(filter, answer)).toList();
    }
}
