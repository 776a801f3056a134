package io.offspan.query.exec;

import io.offspan.codec.span.Envelope;
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
    static final int SCOPE_NAME = 1;
    static final int SCOPE_VERSION = 2;

    private static final int RESOURCE_ATTRIBUTES = 1;
    private static final int SCOPE_ATTRIBUTES = 3;
    private static final int KEY_VALUE_KEY = 1;
    private static final int UNKNOWN = -1;

    private final EnvelopeTable table;
    private final boolean ofScope;
    /** The field of the message that is looked at: a list of attributes or, without a key, a text. */
    private final int field;

    private final byte @Nullable [] key;
    private final @Nullable ValueTest test;
    private final ProtoReader message = new ProtoReader();
    private final ProtoReader keyValue = new ProtoReader();
    private final byte[] known = new byte[EnvelopeTable.MAX_ENVELOPES];
    private int generation;
    private StringHeap strings = new StringHeap();

    private EnvelopeProbe(
            EnvelopeTable table, boolean ofScope, int field, @Nullable String key, @Nullable ValueTest test) {
        this.table = table;
        this.ofScope = ofScope;
        this.field = field;
        this.key = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        this.test = test;
    }

    static EnvelopeProbe resource(EnvelopeTable table, String key, @Nullable ValueTest test) {
        return new EnvelopeProbe(table, false, RESOURCE_ATTRIBUTES, key, test);
    }

    static EnvelopeProbe scope(EnvelopeTable table, String key, @Nullable ValueTest test) {
        return new EnvelopeProbe(table, true, SCOPE_ATTRIBUTES, key, test);
    }

    /** Looks at a text of the scope, {@link #SCOPE_NAME} or {@link #SCOPE_VERSION}. */
    static EnvelopeProbe scopeText(EnvelopeTable table, int field, @Nullable ValueTest test) {
        return new EnvelopeProbe(table, true, field, null, test);
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
        int outcome = known[number];
        if (outcome == UNKNOWN) {
            outcome = lookInto(strings.memory(), strings.offset(string), strings.length(string));
            known[number] = (byte) outcome;
        }
        return outcome;
    }

    private int lookInto(Memory memory, long offset, int length) {
        memory.check(offset, Math.max(length, Envelope.HEADER_BYTES));
        long start = Envelope.HEADER_BYTES + memory.getUnsignedInt(offset + 4);
        message.wrap(memory, offset + start, length - start);
        return key == null ? text(memory) : attribute(memory, key);
    }

    private int attribute(Memory memory, byte[] wanted) {
        while (message.next()) {
            if (message.is(field, ProtoReader.BYTES) && hasKey(memory, wanted)) {
                boolean holds = test == null || test.passesValueOf(memory, message.offset(), message.length());
                return holds ? HOLDS : FAILS;
            }
        }
        return MISSING;
    }

    private boolean hasKey(Memory memory, byte[] wanted) {
        boolean same = wanted.length == 0;
        keyValue.wrap(memory, message.offset(), message.length());
        while (keyValue.next()) {
            if (keyValue.is(KEY_VALUE_KEY, ProtoReader.BYTES)) {
                same = keyValue.length() == wanted.length
                        && memory.equalBytes(keyValue.offset(), wanted, 0, wanted.length);
            }
        }
        return same;
    }

    private int text(Memory memory) {
        long offset = 0;
        int length = 0;
        while (message.next()) {
            if (message.is(field, ProtoReader.BYTES)) {
                offset = message.offset();
                length = message.length();
            }
        }
        if (length == 0) {
            return MISSING;
        }
        return test == null || test.settle(test.ofText(memory, offset, length)) ? HOLDS : FAILS;
    }

    @Override
    int cost() {
        return SpanTest.ENVELOPE;
    }
}
