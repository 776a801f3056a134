package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One value out of the resource or instrumentation scope of a span: an attribute, or the scope's name or version; nil without it.
 * Spans in a row that share the envelope share the reading.
 */
public final class EnvelopeSource extends ValueSource {
    private final boolean ofScope;
    /** The field of the message that is looked at: a list of attributes or, without a key, a text. */
    private final int field;

    private final byte @Nullable [] key;
    private final EnvelopeMessage message;
    private final AnyValueReader reader;
    private final StringMemo there;
    private final Scalar last = new Scalar();
    private StringHeap strings = StringHeap.NONE;
    private int string = -1;
    private int lastString = -1;

    private EnvelopeSource(boolean ofScope, int field, byte @Nullable [] key, Tools tools) {
        this.ofScope = ofScope;
        this.field = field;
        this.key = key;
        message = tools.message;
        reader = tools.reader;
        there = tools.memo;
    }

    /** What sources that are asked one at a time may share: readers, and a memo in which each has a role of its own. */
    static final class Tools {
        final EnvelopeMessage message = new EnvelopeMessage();
        final AnyValueReader reader = new AnyValueReader();
        final StringMemo memo = new StringMemo();
    }

    public static EnvelopeSource resource(String key) {
        return resource(key.getBytes(StandardCharsets.UTF_8), new Tools());
    }

    static EnvelopeSource scope(String key) {
        return scope(key.getBytes(StandardCharsets.UTF_8), new Tools());
    }

    static EnvelopeSource resource(byte[] key, Tools tools) {
        return new EnvelopeSource(false, EnvelopeMessage.RESOURCE_ATTRIBUTES, key, tools);
    }

    static EnvelopeSource scope(byte[] key, Tools tools) {
        return new EnvelopeSource(true, EnvelopeMessage.SCOPE_ATTRIBUTES, key, tools);
    }

    /** Reads {@link EnvelopeMessage#SCOPE_NAME} or {@link EnvelopeMessage#SCOPE_VERSION}. */
    static EnvelopeSource scopeText(int field) {
        return new EnvelopeSource(true, field, null, new Tools());
    }

    @Override
    public void enterBlock(StringHeap heap) {
        strings = heap;
        lastString = -1;
        there.enterBlock(heap);
    }

    @Override
    public int enterSpan(SpanView span) {
        string = ofScope ? span.scopeIndex() : span.resourceIndex();
        return 0;
    }

    @Override
    public int memoKey(SpanView span) {
        return memoKey();
    }

    private int memoKey() {
        return StringMemo.key(string, ofScope ? StringMemo.SCOPE : StringMemo.RESOURCE);
    }

    /** Tells whether the span that was entered has the value. */
    boolean isThere() {
        int memoKey = memoKey();
        int known = there.get(memoKey);
        if (known == StringMemo.UNKNOWN) {
            look();
            there.put(memoKey, last.type() != Scalar.NIL);
            known = there.get(memoKey);
        }
        return known == StringMemo.YES;
    }

    @Override
    public Scalar value(SpanView span, Spot spot) {
        look();
        return last;
    }

    private void look() {
        if (string == lastString) {
            return;
        }
        lastString = -1;
        last.setNil();
        message.wrap(strings.memory(), strings.offset(string), strings.length(string));
        if (key == null) {
            if (message.seekText(field)) {
                last.setText(strings.memory(), message.offset(), message.length());
            }
        } else if (message.seekAttribute(field, key)) {
            last.set(reader.wrapValueOf(strings.memory(), message.offset(), message.length()));
        }
        lastString = string;
    }

    @Override
    public int cost() {
        return ENVELOPE;
    }
}
