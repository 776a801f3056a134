package io.offspan.query.ast;

/**
 * A field that a span has by the OTLP format or by its place in a trace, not by an attribute.
 *
 * <p>A span has no parent id when the field is not there; no status message, scope name or scope version when it is not there
 * or empty; no event name or time when it has no event; no id of a link when it has no link; no service when its resource does not
 * name one; no duration without an end; no root name or root service when its trace has no root. It always has the rest.
 *
 * <p>Comparisons take a text or id that a span, its trace or a link of it does not have for the <b>empty</b> text, as TraceQL does
 * elsewhere: {@code statusMessage != "x"} passes spans without one. What is no text is no service to them. Without an event or a
 * link there is nothing to compare.
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
    /** End minus start in nanoseconds, 0 for a span that ends before it starts; a span without end has none. */
    DURATION("duration", Type.NUMBER),
    /** Nanoseconds since the epoch, unsigned, as the whole operand of a comparison is, too. */
    START("span:start", Type.NUMBER),
    /** As {@link #START}; 0 for a span that does not say when it ended. */
    END("span:end", Type.NUMBER),
    /** The resource attribute {@code service.name}. */
    SERVICE("resource.service.name", Type.TEXT),
    SCOPE_NAME("instrumentation:name", Type.TEXT),
    SCOPE_VERSION("instrumentation:version", Type.TEXT),
    /** The name of an event; one event that satisfies a comparison is enough. */
    EVENT_NAME("event:name", Type.TEXT),
    /** Time of an event minus start of its span in nanoseconds, signed, where both are known; one event that satisfies a comparison is enough. */
    EVENT_TIME_SINCE_START("event:timeSinceStart", Type.NUMBER),
    /** The 32 hexadecimal digits of a link; one link that satisfies a comparison is enough. */
    LINK_TRACE_ID("link:traceID", Type.ID),
    /** The 16 hexadecimal digits of a link; one link that satisfies a comparison is enough. */
    LINK_SPAN_ID("link:spanID", Type.ID),
    /** How many spans of the trace name this one as their parent. */
    CHILD_COUNT("span:childCount", Type.NUMBER),
    /** The name of the root of the span's trace. */
    TRACE_ROOT_NAME("trace:rootName", Type.TEXT),
    /** The service of the root of the span's trace. */
    TRACE_ROOT_SERVICE("trace:rootService", Type.TEXT),
    /** Latest end minus earliest start of the spans of the trace, in nanoseconds; none without either. */
    TRACE_DURATION("trace:duration", Type.NUMBER),
    /** The left number of the parent among the nested sets of the trace; -1 for a root, 0 where the parent is not stored. */
    NESTED_SET_PARENT("nestedSetParent", Type.NUMBER),
    /** A number below those of all spans below this one; from 1, or 0 for a span whose ancestors go in a circle. */
    NESTED_SET_LEFT("nestedSetLeft", Type.NUMBER),
    /** A number above those of all spans below this one, 0 as {@link #NESTED_SET_LEFT}. */
    NESTED_SET_RIGHT("nestedSetRight", Type.NUMBER);

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
        return this == TRACE_ID || this == LINK_TRACE_ID ? 32 : 16;
    }

    /** Tells whether comparisons take the field for the empty text where it is missing. */
    public boolean mayBeEmpty() {
        return switch (this) {
            case PARENT_ID,
                    STATUS_MESSAGE,
                    SERVICE,
                    SCOPE_NAME,
                    SCOPE_VERSION,
                    LINK_TRACE_ID,
                    LINK_SPAN_ID,
                    TRACE_ROOT_NAME,
                    TRACE_ROOT_SERVICE -> true;
            default -> false;
        };
    }

    /** Tells whether the field is a length of time in nanoseconds. */
    public boolean isDuration() {
        return this == DURATION || this == TRACE_DURATION || this == EVENT_TIME_SINCE_START;
    }

    /** Returns an integer in the unit of the field, which says the same: 5 beside a duration is 5ns, 5ns beside a time is 5. */
    Operand.Whole unitOf(Operand.Whole number) {
        boolean duration = isDuration() && number.value() != Long.MIN_VALUE;
        return isDuration() || isTime() ? new Operand.Whole(number.value(), duration) : number;
    }

    /** Tells whether the field is a time in nanoseconds since the epoch, unsigned. */
    public boolean isTime() {
        return this == START || this == END;
    }

    @Override
    public String toString() {
        return text;
    }
}
