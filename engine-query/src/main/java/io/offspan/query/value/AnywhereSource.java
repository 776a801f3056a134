package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.AttributeScope;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The value of an attribute in the first place of a span that has the key: itself, resource, events, links, scope. */
final class AnywhereSource extends ValueSource {
    private final EnvelopeSource.Tools tools = new EnvelopeSource.Tools();
    private final KeyMemo keys;
    private final AttributeSource span;
    private final EnvelopeSource resource;
    /** Made for the first span with events. */
    private @Nullable AttributeSource event;
    /** Made for the first span with links. */
    private @Nullable AttributeSource link;

    private final EnvelopeSource instrumentation;
    /** The one that has the key in the span that was entered. */
    private ValueSource place;

    AnywhereSource(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        keys = new KeyMemo(utf8, tools.memo);
        span = of(AttributeScope.SPAN);
        resource = EnvelopeSource.resource(utf8, tools);
        instrumentation = EnvelopeSource.scope(utf8, tools);
        place = span;
    }

    private AttributeSource of(AttributeScope scope) {
        return new AttributeSource(scope, keys, tools.reader);
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
        if (at.hasEvents()) {
            event = event == null ? of(AttributeScope.EVENT) : event;
            if (event.isThere(at)) {
                place = event;
                return EVENTS;
            }
        }
        if (at.hasLinks()) {
            link = link == null ? of(AttributeScope.LINK) : link;
            if (link.isThere(at)) {
                place = link;
                return LINKS;
            }
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
