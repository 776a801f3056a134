package io.offspan.query.index;

import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import org.jspecify.annotations.Nullable;

/**
 * Where the value of a term stands. Scopes with keys are those of attributes; each of the others is one field.
 *
 * <p>The order is part of the index file.
 */
public enum Scope {
    SPAN,
    RESOURCE,
    INSTRUMENTATION,
    EVENT,
    LINK,
    NAME,
    /** A whole number: the code of OTLP. */
    KIND,
    /** A whole number: the code of OTLP, unset where a span has no status. */
    STATUS,
    STATUS_MESSAGE,
    /** The text of the resource attribute {@code service.name}, empty where that is missing or no text. */
    SERVICE,
    SCOPE_NAME,
    SCOPE_VERSION,
    EVENT_NAME,
    /** The {@link #SERVICE} of spans whose status is error, and only of those. */
    SERVICE_OF_ERROR,
    /** True for spans without a parent, and only for those. */
    ROOT,
    /** The list of the keys of a span's attributes with the types of their values; no list where it has none. The others are alike. */
    SPAN_KEYS,
    RESOURCE_KEYS,
    INSTRUMENTATION_KEYS,
    /** A list for each event. */
    EVENT_KEYS,
    /** A list for each link. */
    LINK_KEYS;

    private static final Scope[] ALL = values();

    /** Tells whether there are keys. */
    public boolean hasKeys() {
        return ordinal() <= LINK.ordinal();
    }

    /** Tells whether the values are lists of keys. */
    boolean isOfLists() {
        return ordinal() >= SPAN_KEYS.ordinal();
    }

    /** Returns where the lists of keys of a scope of attributes stand. */
    Scope lists() {
        if (!hasKeys()) {
            throw new IllegalArgumentException("Lists of keys of " + this + "; it has no keys");
        }
        return ALL[ordinal() + SPAN_KEYS.ordinal()];
    }

    /** Tells whether spans without the field have the empty text to a comparison, which is not posted. */
    public boolean isSilentlyEmpty() {
        return this == STATUS_MESSAGE || this == SCOPE_NAME || this == SCOPE_VERSION;
    }

    /** Returns where an index has the values of a field, or null where it has none of them or each in another scope. */
    public static @Nullable Scope of(Field field) {
        if (field instanceof Attribute attribute) {
            return switch (attribute.scope()) {
                case SPAN -> SPAN;
                case RESOURCE -> RESOURCE;
                case INSTRUMENTATION -> INSTRUMENTATION;
                case EVENT -> EVENT;
                case LINK -> LINK;
                case ANY -> null;
            };
        }
        if (!(field instanceof Intrinsic intrinsic)) {
            return null;
        }
        return switch (intrinsic) {
            case NAME -> NAME;
            case KIND -> KIND;
            case STATUS -> STATUS;
            case STATUS_MESSAGE -> STATUS_MESSAGE;
            case SERVICE -> SERVICE;
            case SCOPE_NAME -> SCOPE_NAME;
            case SCOPE_VERSION -> SCOPE_VERSION;
            case EVENT_NAME -> EVENT_NAME;
            default -> null;
        };
    }

    static Scope of(int number) {
        return ALL[number];
    }
}
