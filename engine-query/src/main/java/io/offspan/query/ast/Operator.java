package io.offspan.query.ast;

/** How a {@link Comparison} compares. */
public enum Operator {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    /** The whole text matches a regular expression of RE2. */
    MATCHES("=~"),
    NOT_MATCHES("!~");

    private final String symbol;

    Operator(String symbol) {
        this.symbol = symbol;
    }

    /** Returns the operator as it is written in TraceQL. */
    public String symbol() {
        return symbol;
    }

    /** Tells whether the operator asks for an order: less or greater, or equal. */
    public boolean isOrder() {
        return this == LESS || this == LESS_OR_EQUAL || this == GREATER || this == GREATER_OR_EQUAL;
    }

    /** Tells whether the operator takes a regular expression. */
    public boolean isPattern() {
        return this == MATCHES || this == NOT_MATCHES;
    }

    /** Tells whether the operator asks for a difference: {@code !=} or {@code !~}. */
    public boolean isNegated() {
        return this == NOT_EQUAL || this == NOT_MATCHES;
    }

    /** Returns the operator that says the same with its sides exchanged. */
    public Operator mirrored() {
        return switch (this) {
            case LESS -> GREATER;
            case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
            case GREATER -> LESS;
            case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
            default -> this;
        };
    }

    @Override
    public String toString() {
        return symbol;
    }
}
