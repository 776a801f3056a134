package io.offspan.query.ast;

import java.time.Duration;

/**
 * What a span can be asked about: an {@link Intrinsic}, an {@link Attribute} or one of its parent, a {@link ParentAttribute}.
 *
 * <p>Numbers compare by their exact value, whole or not; text compares by its UTF-8 bytes as unsigned numbers; a number and
 * a text never compare, {@code "200"} is not 200. An array equals or matches, or is less or greater, when one element is; it
 * differs when it has a comparable element and none is equal.
 *
 * <p><b>Fails</b> with {@link QueryException} when a comparison could never be true for any span.
 */
public sealed interface Field extends Expression permits Intrinsic, Attribute, ParentAttribute {
    default Filter equalTo(String value) {
        return compare(Operator.EQUAL, value);
    }

    default Filter equalTo(long value) {
        return compare(Operator.EQUAL, value);
    }

    default Filter equalTo(double value) {
        return compare(Operator.EQUAL, value);
    }

    default Filter equalTo(boolean value) {
        return new Comparison(this, Operator.EQUAL, new Operand.Truth(value));
    }

    default Filter notEqualTo(String value) {
        return compare(Operator.NOT_EQUAL, value);
    }

    default Filter notEqualTo(long value) {
        return compare(Operator.NOT_EQUAL, value);
    }

    default Filter notEqualTo(double value) {
        return compare(Operator.NOT_EQUAL, value);
    }

    default Filter notEqualTo(boolean value) {
        return new Comparison(this, Operator.NOT_EQUAL, new Operand.Truth(value));
    }

    default Filter lessThan(long value) {
        return compare(Operator.LESS, value);
    }

    default Filter lessThan(double value) {
        return compare(Operator.LESS, value);
    }

    default Filter lessThan(String value) {
        return compare(Operator.LESS, value);
    }

    default Filter atMost(long value) {
        return compare(Operator.LESS_OR_EQUAL, value);
    }

    default Filter atMost(double value) {
        return compare(Operator.LESS_OR_EQUAL, value);
    }

    default Filter atMost(String value) {
        return compare(Operator.LESS_OR_EQUAL, value);
    }

    /** Compares with nanoseconds. */
    default Filter atMost(Duration value) {
        return new Comparison(this, Operator.LESS_OR_EQUAL, new Operand.Whole(value.toNanos(), true));
    }

    default Filter greaterThan(long value) {
        return compare(Operator.GREATER, value);
    }

    default Filter greaterThan(double value) {
        return compare(Operator.GREATER, value);
    }

    default Filter greaterThan(String value) {
        return compare(Operator.GREATER, value);
    }

    default Filter atLeast(long value) {
        return compare(Operator.GREATER_OR_EQUAL, value);
    }

    default Filter atLeast(double value) {
        return compare(Operator.GREATER_OR_EQUAL, value);
    }

    default Filter atLeast(String value) {
        return compare(Operator.GREATER_OR_EQUAL, value);
    }

    /** Compares with nanoseconds. */
    default Filter atLeast(Duration value) {
        return new Comparison(this, Operator.GREATER_OR_EQUAL, new Operand.Whole(value.toNanos(), true));
    }

    /** Asks that the whole text match a regular expression of RE2. */
    default Filter matches(String pattern) {
        return compare(Operator.MATCHES, pattern);
    }

    /** Asks for a text that does not match as a whole. */
    default Filter doesNotMatch(String pattern) {
        return compare(Operator.NOT_MATCHES, pattern);
    }

    /** Asks that the span have the field, whatever its value. */
    default Filter exists() {
        return new Exists(this);
    }

    /** Asks that the span not have the field. */
    default Filter isAbsent() {
        return new Absent(this);
    }

    default Filter compare(Operator operator, String value) {
        return new Comparison(this, operator, new Operand.Text(value));
    }

    default Filter compare(Operator operator, long value) {
        return new Comparison(this, operator, new Operand.Whole(value));
    }

    default Filter compare(Operator operator, double value) {
        return new Comparison(this, operator, new Operand.Fraction(value));
    }

    @Override
    default int depth() {
        return 1;
    }

    @Override
    default int nodes() {
        return 1;
    }
}
