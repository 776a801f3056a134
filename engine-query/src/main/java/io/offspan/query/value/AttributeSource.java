package io.offspan.query.value;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.AttributeScope;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The value of an attribute of the span, its events or its links: of those, the one that stands at the spot. Nil without one. */
final class AttributeSource extends ValueSource {
    private final AttributeScope scope;
    private final KeyMemo key;
    private final AnyValueReader reader;
    private final Scalar found = new Scalar();

    AttributeSource(AttributeScope scope, String key) {
        this(scope, new KeyMemo(key.getBytes(StandardCharsets.UTF_8), new StringMemo()), new AnyValueReader());
    }

    /** Makes one that shares with others what is known of the keys of a block, and the reader of values. */
    AttributeSource(AttributeScope scope, KeyMemo key, AnyValueReader reader) {
        this.scope = scope;
        this.key = key;
        this.reader = reader;
    }

    @Override
    public void enterBlock(StringHeap strings) {
        key.enterBlock(strings);
    }

    @Override
    public int enterSpan(SpanView span) {
        return switch (scope) {
            case EVENT -> span.hasEvents() ? EVENTS : 0;
            case LINK -> span.hasLinks() ? LINKS : 0;
            default -> {
                AttributeCursor attribute = key.find(span);
                if (attribute == null) {
                    found.setNil();
                } else {
                    found.set(attribute, reader);
                }
                yield 0;
            }
        };
    }

    @Override
    public int memoKey(SpanView span) {
        if (scope == AttributeScope.SPAN && found.isShared()) {
            return StringMemo.key(found.string(), StringMemo.TEXT);
        }
        return scope != AttributeScope.SPAN || found.type() == Scalar.NIL
                ? StringMemo.key(0, StringMemo.MISSING)
                : NO_MEMO_KEY;
    }

    /** Tells whether the span that was entered, or one of its events or links, has the key. */
    boolean isThere(SpanView span) {
        return switch (scope) {
            case EVENT -> span.hasEvents() && isIn(span.events());
            case LINK -> span.hasLinks() && isIn(span.links());
            default -> found.type() != Scalar.NIL;
        };
    }

    private boolean isIn(EventCursor events) {
        while (events.next()) {
            if (key.seek(events.attributes()) >= 0) {
                return true;
            }
        }
        return false;
    }

    private boolean isIn(LinkCursor links) {
        while (links.next()) {
            if (key.seek(links.attributes()) >= 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Scalar value(SpanView span, Spot spot) {
        if (scope == AttributeScope.EVENT) {
            EventCursor event = spot.event();
            take(event == null ? null : event.attributes());
        } else if (scope == AttributeScope.LINK) {
            LinkCursor link = spot.link();
            take(link == null ? null : link.attributes());
        }
        return found;
    }

    private void take(@Nullable AttributeCursor attributes) {
        if (attributes == null || key.seek(attributes) < 0) {
            found.setNil();
        } else {
            found.set(attributes, reader);
        }
    }

    @Override
    public int cost() {
        return scope == AttributeScope.SPAN ? ATTRIBUTE : LIST;
    }
}
