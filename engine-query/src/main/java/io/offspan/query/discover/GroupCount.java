package io.offspan.query.discover;

import io.offspan.codec.model.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many spans have the same values for some fields.
 *
 * <p>Groups sort by their spans, the most first, then by their values as {@link ValueOrder} has them.
 *
 * @param values by field; null where the spans have none
 */
public record GroupCount(List<@Nullable Value> values, long spans) implements Comparable<GroupCount> {
    @Override
    public int compareTo(GroupCount other) {
        int order = Long.compare(other.spans, spans);
        for (int i = 0; i < values.size() && order == 0; i++) {
            order = ValueOrder.compare(values.get(i), other.values.get(i));
        }
        return order;
    }
}
