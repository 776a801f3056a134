package io.offspan.query.ast;

import java.util.Objects;

/**
 * An attribute by its key.
 *
 * <p>Where one list has a key several times, the first counts. An event or link attribute satisfies a comparison when it does
 * so in one event or link at least.
 */
public record Attribute(AttributeScope scope, String key) implements Field {
    public Attribute {
        Objects.requireNonNull(scope, "scope");
        FilterLimits.check(
                "Characters of an attribute key", key.length(), FilterLimits.MAX_KEY_CHARS, "use a shorter key");
    }

    @Override
    public String toString() {
        return scope + "." + (isPlain() ? key : CanonicalText.quoteKey(key));
    }

    private boolean isPlain() {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean plain = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '_'
                    || c == '-'
                    || c == '/'
                    || c == '.';
            if (!plain) {
                return false;
            }
        }
        return !key.isEmpty() && !(scope == AttributeScope.ANY && Character.isDigit(key.charAt(0)));
    }
}
