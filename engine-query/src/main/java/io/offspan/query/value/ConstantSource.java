package io.offspan.query.value;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Operand;
import java.nio.charset.StandardCharsets;

/** The same value for every span. */
public final class ConstantSource extends ValueSource {
    private final Scalar constant = new Scalar();

    public ConstantSource(Operand operand) {
        if (operand instanceof Operand.Text text) {
            setText(text.value());
        } else if (operand instanceof Operand.Whole whole) {
            if (whole.duration()) {
                constant.setNanos(whole.value());
            } else {
                constant.setWhole(whole.value());
            }
        } else if (operand instanceof Operand.Fraction fraction) {
            constant.setFraction(fraction.value());
        } else if (operand instanceof Operand.Truth truth) {
            constant.setTruth(truth.value());
        } else if (operand instanceof Operand.OfStatus status) {
            constant.setCode(Scalar.STATUS, status.value().code());
        } else if (operand instanceof Operand.OfKind kind) {
            constant.setCode(Scalar.KIND, kind.value().code());
        }
    }

    private void setText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        constant.setText(bytes, bytes.length);
    }

    @Override
    public void enterBlock(StringHeap strings) {}

    @Override
    public int enterSpan(SpanView span) {
        return 0;
    }

    @Override
    public Scalar value(SpanView span, Spot spot) {
        return constant;
    }

    public Scalar value() {
        return constant;
    }

    @Override
    public int cost() {
        return LINE;
    }
}
