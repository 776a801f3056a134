package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Hex;
import io.offspan.query.ast.AnchoredPattern;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operator;
import org.jspecify.annotations.Nullable;

/** Compares an id as a number, which is the order of its lower-case digits, or those digits with an expression. */
final class IdTest extends SpanTest {
    private final Intrinsic field;
    private final Operator operator;
    private final @Nullable AnchoredPattern pattern;
    private final long high;
    private final long low;

    IdTest(Intrinsic field, Operator operator, String operand) {
        this.field = field;
        this.operator = operator;
        pattern = operator.isPattern() ? AnchoredPattern.compile(operand) : null;
        int split = field == Intrinsic.TRACE_ID ? 16 : 0;
        high = pattern == null && split > 0 ? Hex.parse(operand, 0, split) : 0;
        low = pattern == null ? Hex.parse(operand, split, operand.length()) : 0;
    }

    @Override
    void enterBlock(StringHeap strings) {}

    @Override
    boolean passes(SpanView span) {
        if (field == Intrinsic.PARENT_ID && !span.hasParent()) {
            return false;
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
    int cost() {
        return pattern == null ? LINE : LIST;
    }
}
