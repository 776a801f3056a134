package io.offspan.query.plan;

import io.offspan.query.ast.And;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Or;
import java.util.List;

/** Asks a span itself whether it is a root, where a filter asks no more of its number among nested sets. */
public final class Roots {
    private static final Filter ROOT =
            Intrinsic.PARENT_ID.isAbsent().or(Intrinsic.PARENT_ID.equalTo("0000000000000000"));
    /** Roots have -1, spans whose parent is not stored 0, and all others more. */
    private static final double ROOTS_NUMBER = -1;

    private Roots() {}

    /** Returns a filter that passes the same spans and takes the whole trace as seldom as it can. */
    public static Filter simplified(Filter filter) {
        return asks(filter) ? rewritten(filter) : filter;
    }

    /** Tells whether a filter compares that number; without allocating, since hardly any does. */
    private static boolean asks(Filter filter) {
        if (filter instanceof And and) {
            return asks(and.filters());
        }
        if (filter instanceof Or or) {
            return asks(or.filters());
        }
        return filter instanceof Not not
                ? asks(not.filter())
                : filter instanceof Comparison comparison && comparison.field() == Intrinsic.NESTED_SET_PARENT;
    }

    private static boolean asks(List<Filter> filters) {
        for (int i = 0; i < filters.size(); i++) {
            if (asks(filters.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static Filter rewritten(Filter filter) {
        if (filter instanceof And and) {
            return new And(rewritten(and.filters()));
        }
        if (filter instanceof Or or) {
            return new Or(rewritten(or.filters()));
        }
        if (filter instanceof Not not) {
            return new Not(rewritten(not.filter()));
        }
        return filter instanceof Comparison comparison && comparison.field() == Intrinsic.NESTED_SET_PARENT
                ? rewritten(comparison)
                : filter;
    }

    private static List<Filter> rewritten(List<Filter> filters) {
        return filters.stream().map(Roots::rewritten).toList();
    }

    private static Filter rewritten(Comparison comparison) {
        Operator operator = comparison.operator();
        double number = comparison.operand() instanceof Operand.Whole whole
                ? whole.value()
                : ((Operand.Fraction) comparison.operand()).value();
        boolean between = number > ROOTS_NUMBER && number < 0;
        boolean below = operator == Operator.LESS && (between || number == 0)
                || operator == Operator.LESS_OR_EQUAL && (between || number == ROOTS_NUMBER)
                || operator == Operator.EQUAL && number == ROOTS_NUMBER;
        boolean above = operator == Operator.GREATER_OR_EQUAL && (between || number == 0)
                || operator == Operator.GREATER && (between || number == ROOTS_NUMBER)
                || operator == Operator.NOT_EQUAL && number == ROOTS_NUMBER;
        return below ? ROOT : above ? ROOT.not() : comparison;
    }
}
