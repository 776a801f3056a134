package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads one value out of the resource or instrumentation scope of a span: an attribute, or the scope's name or version. Spans
 * in a row that share the envelope share the reading.
 */
final class EnvelopeValue {
    private final boolean ofScope;
    private final int field;
    private final byte @Nullable [] key;
    private final EnvelopeMessage message = new EnvelopeMessage();
    private final AnyValueReader reader = new AnyValueReader();
    private final Scalar last = new Scalar();
    private StringHeap strings = StringHeap.NONE;
    private int lastString = -1;
    private boolean lastFound;

    private EnvelopeValue(boolean ofScope, int field, @Nullable String key) {
        this.ofScope = ofScope;
        this.field = field;
        this.key = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    }

    static EnvelopeValue resource(String key) {
        return new EnvelopeValue(false, EnvelopeMessage.RESOURCE_ATTRIBUTES, key);
    }

    static EnvelopeValue scope(String key) {
        return new EnvelopeValue(true, EnvelopeMessage.SCOPE_ATTRIBUTES, key);
    }

    /** Reads {@link EnvelopeMessage#SCOPE_NAME} or {@link EnvelopeMessage#SCOPE_VERSION}. */
    static EnvelopeValue scopeText(int field) {
        return new EnvelopeValue(true, field, null);
    }

    void enterBlock(StringHeap heap) {
        strings = heap;
        lastString = -1;
    }

    /** Takes the value, and tells whether it is there. */
    boolean read(SpanView span, Scalar into) {
        int string = ofScope ? span.scopeIndex() : span.resourceIndex();
        if (string != lastString) {
            lastString = -1;
            lastFound = lookInto(string);
            lastString = string;
        }
        into.set(last);
        return lastFound;
    }

    private boolean lookInto(int string) {
        last.setNil();
        message.wrap(strings.memory(), strings.offset(string), strings.length(string));
        if (key == null) {
            boolean found = message.seekText(field);
            if (found) {
                last.setText(strings.memory(), message.offset(), message.length());
            }
            return found;
        }
        boolean found = message.seekAttribute(field, key);
        if (found) {
            last.set(reader.wrapValueOf(strings.memory(), message.offset(), message.length()));
        }
        return found;
    }
}
