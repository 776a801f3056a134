package io.offspan.codec.model;

import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Hex;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span as an immutable value, independent of the store that it was read from.
 *
 * <p>Times are nanoseconds since the epoch, unsigned. Text that was not UTF-8 reads with U+FFFD in it.
 */
public record Span(
        long traceIdHigh,
        long traceIdLow,
        long spanIdBits,
        boolean hasParent,
        long parentIdBits,
        String name,
        int kind,
        boolean hasStatus,
        int statusCode,
        String statusMessage,
        long startNanos,
        long endNanos,
        String traceState,
        int flags,
        Attributes attributes,
        int droppedAttributes,
        List<Event> events,
        int droppedEvents,
        List<Link> links,
        int droppedLinks,
        Resource resource,
        Scope scope) {

    private static final String[] KINDS = {"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"};
    private static final String[] STATUSES = {"UNSET", "OK", "ERROR"};

    /** Keeps copies of the lists. */
    public Span {
        events = List.copyOf(events);
        links = List.copyOf(links);
    }

    /** Reads a span where it lies. */
    public static Span of(SpanView span) {
        return of(span, Resource.of(span), Scope.of(span));
    }

    /** Reads a span whose resource and scope have been read before. */
    public static Span of(SpanView span, Resource resource, Scope scope) {
        return new Span(
                span.traceIdHigh(),
                span.traceIdLow(),
                span.spanId(),
                span.hasParent(),
                span.parentId(),
                span.name(),
                span.kind(),
                span.hasStatus(),
                span.statusCode(),
                span.statusMessage(),
                span.startNanos(),
                span.endNanos(),
                span.traceState(),
                span.flags(),
                Attributes.of(span.attributes()),
                span.droppedAttributes(),
                events(span),
                span.droppedEvents(),
                links(span),
                span.droppedLinks(),
                resource,
                scope);
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
}
