package io.offspan.codec.model;

import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Hex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span as an immutable value, independent of the store that it was read from.
 *
 * <p>Times are nanoseconds since the epoch, unsigned. Text that was not UTF-8 reads with U+FFFD in it. Equal when everything is.
 */
public final class Span {
    private static final String[] KINDS = {"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"};
    private static final String[] STATUSES = {"UNSET", "OK", "ERROR"};

    private final long traceIdHigh;
    private final long traceIdLow;
    private final long spanIdBits;
    private final boolean hasParent;
    private final long parentIdBits;
    private final String name;
    private final int kind;
    private final boolean hasStatus;
    private final int statusCode;
    private final String statusMessage;
    private final long startNanos;
    private final long endNanos;
    private final String traceState;
    private final int flags;
    private final Attributes attributes;
    private final int droppedAttributes;
    private final List<Event> events;
    private final int droppedEvents;
    private final List<Link> links;
    private final int droppedLinks;
    private final Resource resource;
    private final Scope scope;

    private Span(Builder from) {
        traceIdHigh = from.traceIdHigh;
        traceIdLow = from.traceIdLow;
        spanIdBits = from.spanIdBits;
        hasParent = from.hasParent;
        parentIdBits = from.parentIdBits;
        name = from.name;
        kind = from.kind;
        hasStatus = from.hasStatus;
        statusCode = from.statusCode;
        statusMessage = from.statusMessage;
        startNanos = from.startNanos;
        endNanos = from.endNanos;
        traceState = from.traceState;
        flags = from.flags;
        attributes = from.attributes;
        droppedAttributes = from.droppedAttributes;
        events = List.copyOf(from.events);
        droppedEvents = from.droppedEvents;
        links = List.copyOf(from.links);
        droppedLinks = from.droppedLinks;
        resource = from.resource;
        scope = from.scope;
    }

    /** Begins a span of which nothing is said. */
    public static Builder builder() {
        return new Builder();
    }

    /** Reads a span where it lies. */
    public static Span of(SpanView span) {
        return of(span, Resource.of(span), Scope.of(span));
    }

    /** Reads a span whose resource and scope have been read before. */
    public static Span of(SpanView span, Resource resource, Scope scope) {
        Builder read = new Builder();
        read.traceIdHigh = span.traceIdHigh();
        read.traceIdLow = span.traceIdLow();
        read.spanIdBits = span.spanId();
        read.hasParent = span.hasParent();
        read.parentIdBits = span.parentId();
        read.name = span.name();
        read.kind = span.kind();
        read.hasStatus = span.hasStatus();
        read.statusCode = span.statusCode();
        read.statusMessage = span.statusMessage();
        read.startNanos = span.startNanos();
        read.endNanos = span.endNanos();
        read.traceState = span.traceState();
        read.flags = span.flags();
        read.attributes = Attributes.of(span.attributes());
        read.droppedAttributes = span.droppedAttributes();
        read.events = events(span);
        read.droppedEvents = span.droppedEvents();
        read.links = links(span);
        read.droppedLinks = span.droppedLinks();
        read.resource = resource;
        read.scope = scope;
        return read.build();
    }

    private static List<Event> events(SpanView span) {
        if (!span.hasEvents()) {
            return List.of();
        }
        List<Event> events = new ArrayList<>();
        for (EventCursor event = span.events(); event.next(); ) {
            Attributes attributes = Attributes.of(event.attributes());
            events.add(new Event(event.timeNanos(), event.name(), attributes, event.droppedAttributes()));
        }
        return events;
    }

    private static List<Link> links(SpanView span) {
        if (!span.hasLinks()) {
            return List.of();
        }
        List<Link> links = new ArrayList<>();
        for (LinkCursor link = span.links(); link.next(); ) {
            links.add(new Link(
                    link.traceIdHigh(),
                    link.traceIdLow(),
                    link.spanId(),
                    link.traceState(),
                    link.flags(),
                    Attributes.of(link.attributes()),
                    link.droppedAttributes()));
        }
        return links;
    }

    /** Returns the first eight bytes of the trace id, read as a big-endian number. */
    public long traceIdHigh() {
        return traceIdHigh;
    }

    /** Returns the last eight bytes of the trace id. */
    public long traceIdLow() {
        return traceIdLow;
    }

    /** Returns the span id as a number. */
    public long spanIdBits() {
        return spanIdBits;
    }

    /** Tells whether the span names a parent, which may be one of zeros. */
    public boolean hasParent() {
        return hasParent;
    }

    /** Returns the parent's span id as a number, 0 without one. */
    public long parentIdBits() {
        return parentIdBits;
    }

    public String name() {
        return name;
    }

    /** Returns the kind, a number of the OTLP enumeration or any other. */
    public int kind() {
        return kind;
    }

    /** Tells whether there is a status at all, as opposed to one that is unset. */
    public boolean hasStatus() {
        return hasStatus;
    }

    /** Returns the status code, a number of the OTLP enumeration or any other. */
    public int statusCode() {
        return statusCode;
    }

    public String statusMessage() {
        return statusMessage;
    }

    /** Returns when it started, 0 when it does not say. */
    public long startNanos() {
        return startNanos;
    }

    /** Returns when it ended, 0 when it does not say. */
    public long endNanos() {
        return endNanos;
    }

    public String traceState() {
        return traceState;
    }

    /** Returns all 32 bits of the OTLP flags. */
    public int flags() {
        return flags;
    }

    public Attributes attributes() {
        return attributes;
    }

    public int droppedAttributes() {
        return droppedAttributes;
    }

    public List<Event> events() {
        return events;
    }

    public int droppedEvents() {
        return droppedEvents;
    }

    public List<Link> links() {
        return links;
    }

    public int droppedLinks() {
        return droppedLinks;
    }

    public Resource resource() {
        return resource;
    }

    public Scope scope() {
        return scope;
    }

    /** Returns the trace id as 32 hexadecimal digits. */
    public String traceId() {
        return Hex.of(traceIdHigh, traceIdLow);
    }

    /** Returns the span id as 16 hexadecimal digits. */
    public String spanId() {
        return Hex.of(spanIdBits);
    }

    /** Returns the parent's span id as 16 hexadecimal digits, or null when the span has none. */
    public @Nullable String parentSpanId() {
        return hasParent ? Hex.of(parentIdBits) : null;
    }

    /** Tells whether the span says when it ended; an end of 0 does not. Without that it has no duration. */
    public boolean hasEnd() {
        return endNanos != 0;
    }

    /** Returns end minus start, 0 for a span that has no end or ends before it starts. */
    public long durationNanos() {
        return hasEnd() ? Math.max(endNanos - startNanos, 0) : 0;
    }

    /** Returns {@code SERVER}, {@code CLIENT} and so on, or the number when it has no name. */
    public String kindName() {
        return name(KINDS, kind);
    }

    /** Returns {@code UNSET}, {@code OK}, {@code ERROR}, or the number when it has no name. */
    public String statusName() {
        return name(STATUSES, statusCode);
    }

    /** Returns the name of the service that the span comes from, empty when nobody said. */
    public String serviceName() {
        return resource.serviceName();
    }

    private static String name(String[] names, int number) {
        return number >= 0 && number < names.length ? names[number] : Integer.toString(number);
    }

    private Object[] content() {
        return new Object[] {
            traceIdHigh,
            traceIdLow,
            spanIdBits,
            hasParent,
            parentIdBits,
            name,
            kind,
            hasStatus,
            statusCode,
            statusMessage,
            startNanos,
            endNanos,
            traceState,
            flags,
            attributes,
            droppedAttributes,
            events,
            droppedEvents,
            links,
            droppedLinks,
            resource,
            scope
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other == this || other instanceof Span that && Arrays.equals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content());
    }

    /** Names it for people: ids, service and name. */
    @Override
    public String toString() {
        return "span " + spanId() + " of trace " + traceId() + ": " + serviceName() + " " + name;
    }

    /** Collects what a span says. <b>Threads.</b> Belongs to one. */
    public static final class Builder {
        private long traceIdHigh;
        private long traceIdLow;
        private long spanIdBits;
        private boolean hasParent;
        private long parentIdBits;
        private String name = "";
        private int kind;
        private boolean hasStatus;
        private int statusCode;
        private String statusMessage = "";
        private long startNanos;
        private long endNanos;
        private String traceState = "";
        private int flags;
        private Attributes attributes = Attributes.EMPTY;
        private int droppedAttributes;
        private List<Event> events = List.of();
        private int droppedEvents;
        private List<Link> links = List.of();
        private int droppedLinks;
        private Resource resource = Resource.EMPTY;
        private Scope scope = Scope.EMPTY;

        private Builder() {}

        /** Sets trace id and span id; the high half of the trace id is its first eight bytes read as a big-endian number. */
        public Builder ids(long traceIdHigh, long traceIdLow, long spanId) {
            this.traceIdHigh = traceIdHigh;
            this.traceIdLow = traceIdLow;
            spanIdBits = spanId;
            return this;
        }

        public Builder parent(long spanId) {
            hasParent = true;
            parentIdBits = spanId;
            return this;
        }

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder kind(int kind) {
            this.kind = kind;
            return this;
        }

        public Builder status(int code, String message) {
            hasStatus = true;
            statusCode = code;
            statusMessage = message;
            return this;
        }

        /** Sets start and end, nanoseconds since the epoch. */
        public Builder times(long startNanos, long endNanos) {
            this.startNanos = startNanos;
            this.endNanos = endNanos;
            return this;
        }

        public Builder traceState(String state) {
            traceState = state;
            return this;
        }

        public Builder flags(int flags) {
            this.flags = flags;
            return this;
        }

        /** Sets the attributes, and how many more there were. */
        public Builder attributes(Attributes attributes, int dropped) {
            this.attributes = attributes;
            droppedAttributes = dropped;
            return this;
        }

        /** Sets the events, and how many more there were. */
        public Builder events(List<Event> events, int dropped) {
            this.events = events;
            droppedEvents = dropped;
            return this;
        }

        /** Sets the links, and how many more there were. */
        public Builder links(List<Link> links, int dropped) {
            this.links = links;
            droppedLinks = dropped;
            return this;
        }

        public Builder resource(Resource resource) {
            this.resource = resource;
            return this;
        }

        public Builder scope(Scope scope) {
            this.scope = scope;
            return this;
        }

        public Span build() {
            return new Span(this);
        }
    }
}
