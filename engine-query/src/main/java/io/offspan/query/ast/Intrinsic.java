package io.offspan.query.ast;

/**
 * A field that every span has by the OTLP format, not by an attribute.
 *
 * <p>A span has no parent id when the field is not there; no status message, scope name or scope version when it is not there
 * or empty; no event name when it has no event; no service when its resource does not name one. It always has the rest.
 */
public enum Intrinsic implements Field {
    /** 32 hexadecimal digits. */
    TRACE_ID("trace:id", Type.ID),
    /** 16 hexadecimal digits. */
    SPAN_ID("span:id", Type.ID),
    PARENT_ID("span:parentID", Type.ID),
    NAME("name", Type.TEXT),
    KIND("kind", Type.KIND),
    STATUS("status", Type.STATUS),
    STATUS_MESSAGE("statusMessage", Type.TEXT),
    /** End minus start in nanoseconds, signed. */
    DURATION("duration", Type.NUMBER),
    /** Nanoseconds since the epoch, unsigned, as the whole operand of a comparison is, too. */
    START("span:start", Type.NUMBER),
    /** As {@link #START}. */
    END("span:end", Type.NUMBER),
    /** The resource attribute {@code service.name}. */
    SERVICE("resource.service.name", Type.TEXT),
    SCOPE_NAME("instrumentation:name", Type.TEXT),
    SCOPE_VERSION("instrumentation:version", Type.TEXT),
    /** The name of an event; one event that satisfies a comparison is enough. */
    EVENT_NAME("event:name", Type.TEXT);

    /** What a field can be compared with. */
    enum Type {
        ID,
        TEXT,
        KIND,
        STATUS,
        NUMBER
    }

    private final String text;
    private final Type type;

    Intrinsic(String text, Type type) {
        this.text = text;
        this.type = type;
    }

    Type type() {
        return type;
    }

    /** Returns how many hexadecimal digits an id has. */
    int idDigits() {
        return this == TRACE_ID ? 32 : 16;
    }

    @Override
    public String toString() {
        return text;
    }
}
