package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Hex;
import io.offspan.query.ast.AnchoredPattern;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operator;
import io.offspan.query.value.Order;
import io.offspan.query.value.ValueSource;
import org.jspecify.annotations.Nullable;

/**
 * Compares an id as a number, which is the order of its lower-case digits, or those digits with an expression. A missing parent
 * id is the empty text.
 */
final class IdTest extends SpanTest {
    private final Intrinsic field;
    private final Operator operator;
    private final @Nullable AnchoredPattern pattern;
    private final boolean ofEmpty;
    private final long high;
    private final long low;

    IdTest(Intrinsic field, Operator operator, String operand) {
        this.field = field;
        this.operator = operator;
        pattern = operator.isPattern() ? AnchoredPattern.compile(operand) : null;
        ofEmpty = operand.isEmpty();
        int split = field == Intrinsic.TRACE_ID ? 16 : 0;
        boolean ofId = pattern == null && !ofEmpty;
        high = ofId && split > 0 ? Hex.parse(operand, 0, split) : 0;
        low = ofId ? Hex.parse(operand, split, operand.length()) : 0;
    }

    @Override
    public void enterBlock(StringHeap strings) {}

    @Override
    public boolean passes(SpanView span) {
        boolean missing = field == Intrinsic.PARENT_ID && !span.hasParent();
        if (missing && pattern != null) {
            return pattern.matches("") != operator.isNegated();
        }
        if (pattern == null && (missing || ofEmpty)) {
            return Order.holds(operator, Boolean.compare(ofEmpty, missing));
        }
        long upper = field == Intrinsic.TRACE_ID ? span.traceIdHigh() : 0;
        long lower = switch (field) {
            case TRACE_ID -> span.traceIdLow();
            case SPAN_ID -> span.spanId();
            default -> span.parentId();
        };
        if (pattern != null) {
            String text = field == Intrinsic.TRACE_ID ? Hex.of(upper, lower) : Hex.of(lower);
            return pattern.matches(text) != operator.isNegated();
        }
        int order = Long.compareUnsigned(upper, high);
        return Order.holds(operator, order != 0 ? order : Long.compareUnsigned(lower, low));
    }

    @Override
    public int cost() {
        return pattern == null ? ValueSource.LINE : ValueSource.LIST;
    }
}
