package io.offspan.query.ast;

import java.util.Objects;

/**
 * An attribute of the parent of a span, as far as the parent is stored; absent where it is not, and for roots.
 *
 * <p>It has one value: of several events or links of the parent, that of the first which has the key.
 *
 * @param of what the parent is asked for
 */
public record ParentAttribute(Attribute of) implements Field {
    public ParentAttribute {
        Objects.requireNonNull(of, "of");
    }

    @Override
    public String toString() {
        return "parent" + (of.scope() != AttributeScope.ANY ? "." + of : readsAsScope() ? "." + quotedKey() : of);
    }

    private String quotedKey() {
        return CanonicalText.quoteKey(of.key());
    }

    /** Tells whether the key alone would read as one of a scope. */
    private boolean readsAsScope() {
        for (AttributeScope scope : AttributeScope.values()) {
            if (scope != AttributeScope.ANY && of.key().startsWith(scope + ".")) {
                return true;
            }
        }
        return false;
    }
}
