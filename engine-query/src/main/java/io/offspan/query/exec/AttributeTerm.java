package io.offspan.query.exec;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.AttributeScope;
import org.jspecify.annotations.Nullable;

/**
 * The value of an attribute, nil without one. At any scope the first place that has the key gives the value; when these are
 * the events or the links, the one that stands at the spot.
 */
final class AttributeTerm extends Term {
    private final AttributeScope scope;
    private final KeyMemo key;
    private final EnvelopeValue resource;
    private final EnvelopeValue instrumentation;
    private final AnyValueReader reader = new AnyValueReader();
    private final Scalar found = new Scalar();
    private AttributeScope place;

    AttributeTerm(AttributeScope scope, String key) {
        this.scope = scope;
        this.key = new KeyMemo(key);
        resource = EnvelopeValue.resource(key);
        instrumentation = EnvelopeValue.scope(key);
        place = scope;
    }

    @Override
    void enterBlock(StringHeap strings) {
        key.enterBlock(strings);
        resource.enterBlock(strings);
        instrumentation.enterBlock(strings);
    }

    @Override
    int enterSpan(SpanView span) {
        place = scope == AttributeScope.ANY ? placeIn(span) : scope;
        if (scope != AttributeScope.ANY) {
            look(scope, span);
        }
        return switch (place) {
            case EVENT -> EVENTS;
            case LINK -> LINKS;
            default -> 0;
        };
    }

    private AttributeScope placeIn(SpanView span) {
        if (look(AttributeScope.SPAN, span)) {
            return AttributeScope.SPAN;
        }
        if (look(AttributeScope.RESOURCE, span)) {
            return AttributeScope.RESOURCE;
        }
        if (look(AttributeScope.EVENT, span)) {
            return AttributeScope.EVENT;
        }
        if (look(AttributeScope.LINK, span)) {
            return AttributeScope.LINK;
        }
        look(AttributeScope.INSTRUMENTATION, span);
        return AttributeScope.INSTRUMENTATION;
    }

    /** Tells whether a place has the key, and keeps the value where the span has only one of it. */
    private boolean look(AttributeScope where, SpanView span) {
        found.setNil();
        return switch (where) {
            case SPAN -> {
                AttributeCursor attribute = key.find(span);
                if (attribute != null) {
                    found.set(attribute, reader);
                }
                yield attribute != null;
            }
            case RESOURCE -> resource.read(span, found);
            case INSTRUMENTATION -> instrumentation.read(span, found);
            case EVENT -> scope == AttributeScope.ANY && span.hasEvents() && inEvents(span.events());
            case LINK -> scope == AttributeScope.ANY && span.hasLinks() && inLinks(span.links());
            case ANY -> false;
        };
    }

    private boolean inEvents(EventCursor events) {
        while (events.next()) {
            if (key.seek(events.attributes()) >= 0) {
                return true;
            }
        }
        return false;
    }

    private boolean inLinks(LinkCursor links) {
        while (links.next()) {
            if (key.seek(links.attributes()) >= 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    void value(SpanView span, Spot spot, Scalar into) {
        if (place == AttributeScope.EVENT) {
            EventCursor event = spot.event();
            inList(event == null ? null : event.attributes(), into);
        } else if (place == AttributeScope.LINK) {
            LinkCursor link = spot.link();
            inList(link == null ? null : link.attributes(), into);
        } else {
            into.set(found);
        }
    }

    private void inList(@Nullable AttributeCursor attributes, Scalar into) {
        if (attributes == null || key.seek(attributes) < 0) {
            into.setNil();
        } else {
            into.set(attributes, reader);
        }
    }

    @Override
    int cost() {
        return switch (scope) {
            case RESOURCE, INSTRUMENTATION -> SpanTest.ENVELOPE;
            case SPAN -> SpanTest.ATTRIBUTE;
            default -> SpanTest.LIST;
        };
    }
}
