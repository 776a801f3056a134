package io.offspan.query.traceql;

import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Filter;

/** What a part of a filter turned out to be, and where it begins. */
sealed interface Piece {
    int at();

    /** Returns what it is called when it is not what was expected. */
    String called();

    /** A condition, which is true or false of a span; negated when it is an exclamation mark and what follows. */
    record Condition(int at, Filter filter, boolean negated) implements Piece {
        @Override
        public String called() {
            return "a condition";
        }
    }

    /** A value of a span or a constant. */
    record Value(int at, Expression expression) implements Piece {
        @Override
        public String called() {
            return "a value";
        }
    }

    /** A time after the year 2262, in nanoseconds: the one place for whole numbers of 64 bits without a sign. */
    record Unsigned(int at, int end, long bits) implements Piece {
        @Override
        public String called() {
            return "a number";
        }
    }

    /** The word {@code nil}. */
    record Nil(int at) implements Piece {
        @Override
        public String called() {
            return "nil";
        }
    }
}
