package io.offspan.query.discover;

import io.offspan.codec.model.Value;
import io.offspan.query.ast.Field;

/**
 * How many spans have a value for a field.
 *
 * <p>They sort by spans, the most first, then by the text of the field and by value.
 *
 * @param value a text, a whole number, a fraction that is none, or a boolean
 */
public record ValueCount(Field field, Value value, long spans) implements Comparable<ValueCount> {
    @Override
    public int compareTo(ValueCount other) {
        int order = Long.compare(other.spans, spans);
        if (order == 0) {
            order = field.toString().compareTo(other.field.toString());
        }
        return order != 0 ? order : ValueOrder.compare(value, other.value);
    }
}
