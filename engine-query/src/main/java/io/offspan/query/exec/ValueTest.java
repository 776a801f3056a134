package io.offspan.query.exec;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.span.ValueType;
import io.offspan.codec.wire.Memory;

/**
 * The relation of a comparison, asked of one value after another.
 *
 * <p>A value of a type that does not compare with the operand fails, whether the relation is negated or not. A plain relation
 * holds for an array when it holds for one element; a negated one when the array has a comparable element and the plain
 * relation holds for none.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
abstract class ValueTest {
    /** The value has a type that does not compare with the operand. */
    static final int INCOMPARABLE = 0;

    static final int FAILS = 1;
    static final int HOLDS = 2;

    private static final Memory NOTHING = Memory.allocate(1);

    private final boolean negated;
    private final AnyValueReader anyValue = new AnyValueReader();
    private final AnyValueReader element = new AnyValueReader();

    ValueTest(boolean negated) {
        this.negated = negated;
    }

    /** Says that the values that follow are in another block. */
    void enterBlock(StringHeap strings) {}

    /** Asks the plain relation of a text by its string index. */
    int ofIndexed(int string) {
        return INCOMPARABLE;
    }

    /** Asks the plain relation of a text by its UTF-8 bytes. */
    int ofText(Memory memory, long offset, int length) {
        return INCOMPARABLE;
    }

    int ofWhole(long value) {
        return INCOMPARABLE;
    }

    int ofFraction(double value) {
        return INCOMPARABLE;
    }

    int ofTruth(boolean value) {
        return INCOMPARABLE;
    }

    /** Turns the outcome of the plain relation into the answer for a value that is no array. */
    final boolean settle(int outcome) {
        return negated ? outcome == FAILS : outcome == HOLDS;
    }

    /** Tells whether the empty text passes. */
    final boolean passesEmpty() {
        return settle(ofText(NOTHING, 0, 0));
    }

    /** Tells whether the attribute that a cursor stands on passes. */
    final boolean passes(AttributeCursor attribute) {
        return switch (attribute.type()) {
            case ValueType.STRING -> settle(ofIndexed(attribute.stringIndex()));
            case ValueType.INLINE_STRING ->
                settle(ofText(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength()));
            case ValueType.INT8, ValueType.INT16, ValueType.INT32, ValueType.INT64 ->
                settle(ofWhole(attribute.longValue()));
            case ValueType.BOOL -> settle(ofTruth(attribute.booleanValue()));
            case ValueType.DOUBLE -> settle(ofFraction(attribute.doubleValue()));
            case ValueType.ANY_VALUE ->
                passes(anyValue.wrap(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength()));
            case ValueType.KEY_VALUE ->
                passes(anyValue.wrapValueOf(attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength()));
            default -> false;
        };
    }

    /** Tells whether the value of an OTLP KeyValue message passes. */
    final boolean passesValueOf(Memory memory, long offset, int length) {
        return passes(anyValue.wrapValueOf(memory, offset, length));
    }

    private boolean passes(AnyValueReader value) {
        if (value.type() != AnyValueReader.ARRAY) {
            return settle(outcome(value));
        }
        int best = INCOMPARABLE;
        while (best != HOLDS && value.nextElement(element)) {
            best = Math.max(best, outcome(element));
        }
        return settle(best);
    }

    private int outcome(AnyValueReader value) {
        return switch (value.type()) {
            case AnyValueReader.TEXT -> ofText(value.memory(), value.offset(), value.length());
            case AnyValueReader.WHOLE -> ofWhole(value.whole());
            case AnyValueReader.FRACTION -> ofFraction(value.fraction());
            case AnyValueReader.TRUTH -> ofTruth(value.truth());
            default -> INCOMPARABLE;
        };
    }
}
