package io.offspan.query.series;

import io.offspan.codec.model.Value;
import io.offspan.query.discover.ValueOrder;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the spans of a series have in common: a field and its value.
 *
 * @param value null where they have none, which only stands where a series has no other label
 */
public record Label(String key, @Nullable Value value) {
    /** What a series has that is of all spans: the name of the function. */
    public static final String NAME = "__name__";
    /** What a series of a histogram has: the number that its numbers do not exceed. */
    public static final String BUCKET = "__bucket";
    /** What a series of quantiles has. */
    public static final String QUANTILE = "p";

    /** What a series of a comparison has: its side, and whether it is of all spans of it that have the attribute. */
    public static final String SIDE = "__meta_type";

    /** What a series without numbers has: its attribute has more values than there are series of. */
    static final Label TOO_MANY_VALUES = new Label("__meta_error", Value.of("__too_many_values__"));

    /** Puts the labels of a series in an order: fewer first, then by each. */
    static final Comparator<List<Label>> ORDER = (one, other) -> {
        int order = Integer.compare(one.size(), other.size());
        for (int i = 0; i < one.size() && order == 0; i++) {
            order = one.get(i).key().compareTo(other.get(i).key());
            order = order != 0
                    ? order
                    : ValueOrder.compare(one.get(i).value(), other.get(i).value());
        }
        return order;
    };
}
