package io.offspan.query.index;

import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;

/**
 * The starts and durations that a question is for: all of them, until comparisons narrow it.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public final class TimeRange {
    /** Unsigned, as starts are. */
    private long firstStart;

    private long lastStart = -1;
    private long leastDuration;
    private long greatestDuration = Long.MAX_VALUE;
    private boolean ofDuration;

    /** Leaves only spans that a filter passes; false when it is none of those that can be told by a range. */
    public boolean narrow(Filter filter) {
        if (!(filter instanceof Comparison comparison) || !(comparison.operand() instanceof Operand.Whole whole)) {
            return false;
        }
        Operator operator = comparison.operator();
        long value = whole.value();
        if (comparison.field() == Intrinsic.START) {
            return narrowStart(operator, value);
        }
        return comparison.field() == Intrinsic.DURATION && narrowDuration(operator, value);
    }

    private boolean narrowStart(Operator operator, long value) {
        switch (operator) {
            case GREATER, GREATER_OR_EQUAL -> from(value);
            case LESS, LESS_OR_EQUAL -> to(value);
            case EQUAL -> {
                from(value);
                to(value);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void from(long value) {
        firstStart = Long.compareUnsigned(value, firstStart) > 0 ? value : firstStart;
    }

    private void to(long value) {
        lastStart = Long.compareUnsigned(value, lastStart) < 0 ? value : lastStart;
    }

    private boolean narrowDuration(Operator operator, long value) {
        switch (operator) {
            case GREATER, GREATER_OR_EQUAL -> leastDuration = Math.max(value, leastDuration);
            case LESS, LESS_OR_EQUAL -> greatestDuration = Math.min(value, greatestDuration);
            case EQUAL -> {
                leastDuration = Math.max(value, leastDuration);
                greatestDuration = Math.min(value, greatestDuration);
            }
            default -> {
                return false;
            }
        }
        ofDuration = true;
        return true;
    }

    /** Leaves only spans that start at a time or later, unsigned, whatever was left before. */
    public void setFirstStart(long nanos) {
        firstStart = nanos;
    }

    /** Leaves only spans that take so long or longer, whatever was left before. */
    public void setLeastDuration(long nanos) {
        leastDuration = nanos;
        ofDuration = true;
    }

    /** Returns the first start, unsigned; spans that start at the bounds may be wanted or not. */
    long firstStart() {
        return firstStart;
    }

    long lastStart() {
        return lastStart;
    }

    /** Tells whether only spans that have a duration are wanted. */
    boolean isOfDuration() {
        return ofDuration;
    }

    long leastDuration() {
        return leastDuration;
    }

    long greatestDuration() {
        return greatestDuration;
    }
}
