package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.AttributeScope;

/** The value of an attribute in the first place of a span that has the key: itself, resource, events, links, scope. */
final class AnywhereTerm extends Term {
    private final AttributeTerm span;
    private final EnvelopeTerm resource;
    private final AttributeTerm event;
    private final AttributeTerm link;
    private final EnvelopeTerm instrumentation;
    /** The one that has the key in the span that was entered. */
    private Term place;

    AnywhereTerm(String key) {
        span = new AttributeTerm(AttributeScope.SPAN, key);
        resource = EnvelopeTerm.resource(key);
        event = new AttributeTerm(AttributeScope.EVENT, key);
        link = new AttributeTerm(AttributeScope.LINK, key);
        instrumentation = EnvelopeTerm.scope(key);
        place = span;
    }

    @Override
    public void enterBlock(StringHeap strings) {
        span.enterBlock(strings);
        resource.enterBlock(strings);
        event.enterBlock(strings);
        link.enterBlock(strings);
        instrumentation.enterBlock(strings);
    }

    @Override
    public int enterSpan(SpanView at) {
        span.enterSpan(at);
        if (span.isThere(at)) {
            place = span;
            return 0;
        }
        resource.enterSpan(at);
        if (resource.isThere()) {
            place = resource;
            return 0;
        }
        if (event.isThere(at)) {
            place = event;
            return EVENTS;
        }
        if (link.isThere(at)) {
            place = link;
            return LINKS;
        }
        place = instrumentation;
        return instrumentation.enterSpan(at);
    }

    @Override
    public int source(SpanView at) {
        return place.source(at);
    }

    @Override
    public Scalar value(SpanView at, Spot spot) {
        return place.value(at, spot);
    }

    @Override
    public int cost() {
        return LIST;
    }
}
