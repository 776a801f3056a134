package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.AttributeScope;

/** The value of an attribute in the first place of a span that has the key: itself, resource, events, links, scope. */
final class AnywhereSource extends ValueSource {
    private final AttributeSource span;
    private final EnvelopeSource resource;
    private final AttributeSource event;
    private final AttributeSource link;
    private final EnvelopeSource instrumentation;
    /** The one that has the key in the span that was entered. */
    private ValueSource place;

    AnywhereSource(String key) {
        KeyMemo keys = new KeyMemo(key);
        span = new AttributeSource(AttributeScope.SPAN, keys);
        resource = EnvelopeSource.resource(key);
        event = new AttributeSource(AttributeScope.EVENT, keys);
        link = new AttributeSource(AttributeScope.LINK, keys);
        instrumentation = EnvelopeSource.scope(key);
        place = span;
    }

    @Override
    public void enterBlock(StringHeap strings) {
        // Events and links share the span's memory of keys.
        span.enterBlock(strings);
        resource.enterBlock(strings);
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
    public int memoKey(SpanView at) {
        return place.memoKey(at);
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
