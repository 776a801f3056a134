package io.offspan.codec.model;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.ValueType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Attributes in the order in which they came, duplicates kept.
 *
 * <p>Immutable; equal when the same attributes come in the same order.
 */
public final class Attributes implements Iterable<Attribute> {
    /** No attributes. */
    public static final Attributes EMPTY = new Attributes(List.of());

    private final List<Attribute> list;

    private Attributes(List<Attribute> list) {
        this.list = list;
    }

    public static Attributes of(List<Attribute> attributes) {
        return attributes.isEmpty() ? EMPTY : new Attributes(List.copyOf(attributes));
    }

    /** Reads all that a cursor still has before it. */
    public static Attributes of(AttributeCursor cursor) {
        if (cursor.count() == 0) {
            return EMPTY;
        }
        List<Attribute> list = new ArrayList<>(cursor.count());
        while (cursor.next()) {
            list.add(new Attribute(cursor.key(), value(cursor)));
        }
        return of(list);
    }

    /** Returns the value that a cursor stands at. */
    public static Value value(AttributeCursor cursor) {
        return switch (cursor.type()) {
            case ValueType.STRING, ValueType.INLINE_STRING -> Value.of(cursor.stringValue());
            case ValueType.INT8, ValueType.INT16, ValueType.INT32, ValueType.INT64 -> Value.of(cursor.longValue());
            case ValueType.BOOL -> Value.of(cursor.booleanValue());
            case ValueType.DOUBLE -> Value.of(cursor.doubleValue());
            case ValueType.BYTES -> Value.of(cursor.bytesValue());
            case ValueType.ANY_VALUE -> Value.decode(cursor.bytesValue());
            case ValueType.KEY_VALUE -> MessageReader.valueOfKeyValue(cursor.bytesValue());
            default -> Value.EMPTY;
        };
    }

    public static Builder builder() {
        return new Builder();
    }

    public int size() {
        return list.size();
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    public Attribute get(int index) {
        return list.get(index);
    }

    /** Returns the value of the first attribute with this key, or null when there is none. */
    public @Nullable Value get(String key) {
        for (Attribute attribute : list) {
            if (attribute.key().equals(key)) {
                return attribute.value();
            }
        }
        return null;
    }

    /** Returns the first value of this key as text, or null when there is none. */
    public @Nullable String text(String key) {
        Value value = get(key);
        return value == null ? null : value.toString();
    }

    public Stream<Attribute> stream() {
        return list.stream();
    }

    @Override
    public Iterator<Attribute> iterator() {
        return list.iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Attributes that && list.equals(that.list);
    }

    @Override
    public int hashCode() {
        return list.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (Attribute attribute : list) {
            text.append(text.length() > 1 ? ", " : "").append(attribute);
        }
        return text.append('}').toString();
    }

    /** Collects attributes. */
    public static final class Builder {
        private final List<Attribute> list = new ArrayList<>();

        private Builder() {}

        public Builder put(String key, Value value) {
            list.add(new Attribute(key, value));
            return this;
        }

        public Builder put(String key, String value) {
            return put(key, Value.of(value));
        }

        public Builder put(String key, long value) {
            return put(key, Value.of(value));
        }

        public Builder put(String key, double value) {
            return put(key, Value.of(value));
        }

        public Builder put(String key, boolean value) {
            return put(key, Value.of(value));
        }

        public Attributes build() {
            return of(list);
        }
    }
}
