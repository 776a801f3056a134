package io.offspan.query.discover;

import io.offspan.codec.model.Value;
import io.offspan.codec.model.Value.BoolValue;
import io.offspan.codec.model.Value.DoubleValue;
import io.offspan.codec.model.Value.LongValue;
import io.offspan.codec.model.Value.StringValue;
import org.jspecify.annotations.Nullable;

/** The order of values in lists: nothing, then texts, whole numbers, fractions, booleans and the rest; each by its own order. */
public final class ValueOrder {
    private ValueOrder() {}

    public static int compare(@Nullable Value left, @Nullable Value right) {
        int order = Integer.compare(rank(left), rank(right));
        if (order != 0 || left == null || right == null) {
            return order;
        }
        if (left instanceof LongValue one && right instanceof LongValue other) {
            return Long.compare(one.value(), other.value());
        }
        if (left instanceof DoubleValue one && right instanceof DoubleValue other) {
            return Double.compare(one.value(), other.value());
        }
        return left.toString().compareTo(right.toString());
    }

    private static int rank(@Nullable Value value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof StringValue) {
            return 1;
        }
        if (value instanceof LongValue) {
            return 2;
        }
        if (value instanceof DoubleValue) {
            return 3;
        }
        return value instanceof BoolValue ? 4 : 5;
    }
}
