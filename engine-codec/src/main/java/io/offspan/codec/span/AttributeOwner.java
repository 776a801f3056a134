package io.offspan.codec.span;

/** What an attribute belongs to. */
public enum AttributeOwner {
    SPAN,
    EVENT,
    LINK,
    RESOURCE,
    /** The instrumentation scope. */
    SCOPE
}
