package io.offspan.query.exec;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.AttributeScope;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an attribute of the span itself, of its events or of its links. Without a relation, having the key is enough. Of
 * several events or links that have it, one that passes is enough.
 */
final class AttributeProbe extends Probe {
    private final AttributeScope scope;
    private final KeyMemo key;
    private final @Nullable ValueTest test;

    AttributeProbe(AttributeScope scope, String key, @Nullable ValueTest test) {
        this.scope = scope;
        this.key = new KeyMemo(key);
        this.test = test;
    }

    @Override
    void enterBlock(StringHeap strings) {
        key.enterBlock(strings);
        if (test != null) {
            test.enterBlock(strings);
        }
    }

    @Override
    int probe(SpanView span) {
        return switch (scope) {
            case EVENT -> span.hasEvents() ? events(span.events()) : MISSING;
            case LINK -> span.hasLinks() ? links(span.links()) : MISSING;
            default -> {
                AttributeCursor found = key.find(span);
                yield found == null ? MISSING : outcome(found);
            }
        };
    }

    private int events(EventCursor events) {
        int best = MISSING;
        while (best != HOLDS && events.next()) {
            best = Math.max(best, list(events.attributes()));
        }
        return best;
    }

    private int links(LinkCursor links) {
        int best = MISSING;
        while (best != HOLDS && links.next()) {
            best = Math.max(best, list(links.attributes()));
        }
        return best;
    }

    private int list(AttributeCursor attributes) {
        return key.seek(attributes) < 0 ? MISSING : outcome(attributes);
    }

    private int outcome(AttributeCursor attribute) {
        return test == null || test.passes(attribute) ? HOLDS : FAILS;
    }

    @Override
    int cost() {
        return scope == AttributeScope.SPAN ? SpanTest.ATTRIBUTE : SpanTest.LIST;
    }
}
