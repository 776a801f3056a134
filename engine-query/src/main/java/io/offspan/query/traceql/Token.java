package io.offspan.query.traceql;

import io.offspan.query.ast.Field;
import io.offspan.query.ast.Kinship;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Related;
import org.jspecify.annotations.Nullable;

/** The smallest part of a query that means something, from one character of the text to another. */
record Token(
        Kind kind,
        int start,
        int end,
        String text,
        @Nullable Field field,
        @Nullable Operand operand) {
    static Token of(Kind kind, int start, int end, String text) {
        return new Token(kind, start, end, text, null, null);
    }

    /** What a token is. */
    enum Kind {
        OPEN_BRACE,
        CLOSE_BRACE,
        OPEN,
        CLOSE,
        COMMA,
        PIPE,
        AND,
        OR,
        NOT,
        COMPARISON,
        ARITHMETIC,
        /** An operator between spansets that asks how spans are related, and nothing else. */
        STRUCTURAL,
        FIELD,
        CONSTANT,
        /** A whole number between those that 64 bits hold with and without a sign. */
        UNSIGNED,
        WORD,
        END
    }

    boolean is(Kind other) {
        return kind == other;
    }

    boolean is(Operation operation) {
        return kind == Kind.ARITHMETIC && text.equals(operation.symbol());
    }

    /** Tells whether the token, between spansets, asks how spans are related. */
    boolean isStructural() {
        return kind == Kind.STRUCTURAL
                || kind == Kind.COMPARISON && (text.equals(">") || text.equals("<") || text.equals("!~"));
    }

    Operator operator() {
        for (Operator operator : Operator.values()) {
            if (operator.symbol().equals(text)) {
                return operator;
            }
        }
        throw new IllegalStateException(text + " is no comparison");
    }

    /** Returns which spans an operator chooses that asks how spans are related. */
    Related.Form form() {
        return switch (text.charAt(0)) {
            case '!' -> Related.Form.NONE;
            case '&' -> Related.Form.PAIRS;
            default -> Related.Form.SOME;
        };
    }

    /** Returns how spans are related that an operator asks for. */
    Kinship kinship() {
        String symbol = text.substring(form().symbol().length());
        for (Kinship kinship : Kinship.values()) {
            if (kinship.symbol().equals(symbol)) {
                return kinship;
            }
        }
        throw new IllegalStateException(text + " asks for no relation");
    }

    Operation operation() {
        for (Operation operation : Operation.values()) {
            if (operation.symbol().equals(text)) {
                return operation;
            }
        }
        throw new IllegalStateException(text + " is no calculation");
    }
}
