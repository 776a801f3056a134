package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the resource or the instrumentation scope of a span: at an attribute, or at the scope's name or version. Without
 * a relation, having it is enough. Each distinct envelope is looked into once for a whole scan.
 */
final class EnvelopeProbe extends Probe {
    private static final int UNKNOWN = -1;

    private final EnvelopeTable table;
    private final boolean ofScope;
    /** The field of the message that is looked at: a list of attributes or, without a key, a text. */
    private final int field;

    private final byte @Nullable [] key;

    /** Whether a value that is no text counts as none. */
    private final boolean textOnly;

    private final AnyValueReader value = new AnyValueReader();
    private final @Nullable ValueTest test;
    private final EnvelopeMessage message = new EnvelopeMessage();
    private byte[] known = {};
    private int generation;
    private StringHeap strings = StringHeap.NONE;

    private EnvelopeProbe(
            EnvelopeTable table,
            boolean ofScope,
            int field,
            @Nullable String key,
            @Nullable ValueTest test,
            boolean textOnly) {
        this.textOnly = textOnly;
        this.table = table;
        this.ofScope = ofScope;
        this.field = field;
        this.key = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        this.test = test;
    }

    static EnvelopeProbe resource(EnvelopeTable table, String key, @Nullable ValueTest test) {
        return new EnvelopeProbe(table, false, EnvelopeMessage.RESOURCE_ATTRIBUTES, key, test, false);
    }

    /** Looks at the service, which only a text names. */
    static EnvelopeProbe service(EnvelopeTable table, @Nullable ValueTest test) {
        String key = FilterCompiler.SERVICE_KEY;
        return new EnvelopeProbe(table, false, EnvelopeMessage.RESOURCE_ATTRIBUTES, key, test, test != null);
    }

    static EnvelopeProbe scope(EnvelopeTable table, String key, @Nullable ValueTest test) {
        return new EnvelopeProbe(table, true, EnvelopeMessage.SCOPE_ATTRIBUTES, key, test, false);
    }

    /** Looks at a text of the scope, {@link EnvelopeMessage#SCOPE_NAME} or {@link EnvelopeMessage#SCOPE_VERSION}. */
    static EnvelopeProbe scopeText(EnvelopeTable table, int field, @Nullable ValueTest test) {
        return new EnvelopeProbe(table, true, field, null, test, false);
    }

    @Override
    void enterBlock(StringHeap heap) {
        strings = heap;
        if (test != null) {
            test.enterBlock(heap);
        }
    }

    @Override
    int probe(SpanView span) {
        int string = ofScope ? span.scopeIndex() : span.resourceIndex();
        int number = table.numberOf(string);
        if (generation != table.generation()) {
            generation = table.generation();
            Arrays.fill(known, (byte) UNKNOWN);
        }
        if (number >= known.length) {
            int before = known.length;
            known = Arrays.copyOf(known, Math.max(number + 1, 2 * before));
            Arrays.fill(known, before, known.length, (byte) UNKNOWN);
        }
        int outcome = known[number];
        if (outcome == UNKNOWN) {
            outcome = lookInto(strings.memory(), strings.offset(string), strings.length(string));
            known[number] = (byte) outcome;
        }
        return outcome;
    }

    private int lookInto(Memory memory, long offset, int length) {
        message.wrap(memory, offset, length);
        if (key == null) {
            return message.seekText(field)
                    ? outcome(test == null || test.settle(test.ofText(memory, message.offset(), message.length())))
                    : MISSING;
        }
        return message.seekAttribute(field, key) && (!textOnly || isText(memory))
                ? outcome(test == null || test.passesValueOf(memory, message.offset(), message.length()))
                : MISSING;
    }

    private boolean isText(Memory memory) {
        return value.wrapValueOf(memory, message.offset(), message.length()).type() == AnyValueReader.TEXT;
    }

    private static int outcome(boolean holds) {
        return holds ? HOLDS : FAILS;
    }

    @Override
    int cost() {
        return SpanTest.ENVELOPE;
    }
}
