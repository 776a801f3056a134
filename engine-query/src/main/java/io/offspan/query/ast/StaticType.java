package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.Locale;

/** What is known of the type of an expression before any span is seen. */
enum StaticType {
    TEXT,
    NUMBER,
    BOOLEAN,
    STATUS,
    KIND,
    /** An attribute, which has another type in every span. */
    ANY;

    static StaticType of(Expression expression) {
        if (expression instanceof Intrinsic intrinsic) {
            return switch (intrinsic.type()) {
                case ID, TEXT -> TEXT;
                case KIND -> KIND;
                case STATUS -> STATUS;
                case NUMBER -> NUMBER;
            };
        }
        if (expression instanceof Constant constant) {
            return of(constant.value());
        }
        return expression instanceof Field ? ANY : NUMBER;
    }

    static StaticType of(Operand operand) {
        if (operand instanceof Operand.Text) {
            return TEXT;
        }
        if (operand instanceof Operand.Truth) {
            return BOOLEAN;
        }
        if (operand instanceof Operand.OfStatus) {
            return STATUS;
        }
        return operand instanceof Operand.OfKind ? KIND : NUMBER;
    }

    /** Tells whether values of both types can be equal. */
    boolean comparesWith(StaticType other) {
        return this == other || this == ANY || other == ANY;
    }

    boolean isOrdered() {
        return this == TEXT || this == NUMBER || this == ANY;
    }

    void requireNumber(Object found, String where) {
        if (this != NUMBER && this != ANY) {
            throw new QueryException(
                    Reason.TYPE,
                    "\"" + where + "\" with " + found + ", a " + this + "; it takes numbers and durations");
        }
    }

    @Override
    public String toString() {
        return this == ANY ? "value of any type" : name().toLowerCase(Locale.ROOT);
    }
}
