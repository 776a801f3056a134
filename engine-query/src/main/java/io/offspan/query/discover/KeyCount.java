package io.offspan.query.discover;

import io.offspan.query.ast.AttributeScope;
import java.util.Comparator;

/**
 * How many spans have an attribute with a key and a value of a type in a scope.
 *
 * <p>They sort by scope, then by spans, the most first, then by key and type.
 */
public record KeyCount(AttributeScope scope, String key, ValueKind type, long spans) implements Comparable<KeyCount> {
    private static final Comparator<KeyCount> ORDER = Comparator.comparing(KeyCount::scope)
            .thenComparing(KeyCount::spans, Comparator.reverseOrder())
            .thenComparing(KeyCount::key)
            .thenComparing(KeyCount::type);

    @Override
    public int compareTo(KeyCount other) {
        return ORDER.compare(this, other);
    }
}
