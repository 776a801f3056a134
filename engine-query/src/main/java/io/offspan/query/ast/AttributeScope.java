package io.offspan.query.ast;

import java.util.Locale;

/** Where an attribute stands. */
public enum AttributeScope {
    SPAN,
    RESOURCE,
    EVENT,
    LINK,
    INSTRUMENTATION,
    /** The first of span, resource, event, link and instrumentation that has the key. */
    ANY;

    @Override
    public String toString() {
        return this == ANY ? "" : name().toLowerCase(Locale.ROOT);
    }
}
