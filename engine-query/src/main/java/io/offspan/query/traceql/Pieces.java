package io.offspan.query.traceql;

import io.offspan.query.ast.AnchoredPattern;
import io.offspan.query.ast.Arithmetic;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.FilterLimits;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Negation;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Relation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts pieces together, in the simplest form that says the same, and refuses those that do not fit. */
final class Pieces {
    private final Source source;
    private long states;
    /** Where constants were calculated with last of which one was a duration and the outcome is none. */
    private int durationLostAt = -1;

    Pieces(Source source) {
        this.source = source;
    }

    /** Returns the condition that a piece is, or stands for: an attribute alone asks whether it is true. */
    Filter condition(Piece piece) {
        if (piece instanceof Piece.Condition condition) {
            return condition.filter();
        }
        Field attribute = attributeIn(piece);
        if (attribute != null) {
            return attribute.equalTo(true);
        }
        if (piece instanceof Piece.Value value
                && value.expression() instanceof Constant constant
                && constant.value() instanceof Operand.Truth truth) {
            return truth.value() ? Filter.all() : Filter.none();
        }
        String found = piece instanceof Piece.Value value ? value.expression() + " alone" : piece.called() + " alone";
        throw source.refused(
                Reason.TYPE,
                piece.at(),
                found + " is neither true nor false",
                "compare it, as in duration > 100ms, or name a boolean attribute");
    }

    /** Returns the attribute that a piece is, of the span or of its parent, or null. */
    private static @Nullable Field attributeIn(Piece piece) {
        boolean attribute = piece instanceof Piece.Value value
                && (value.expression() instanceof Attribute || value.expression() instanceof ParentAttribute);
        return attribute ? (Field) ((Piece.Value) piece).expression() : null;
    }

    /** Returns the value that a piece is. */
    Expression value(Piece piece) {
        if (piece instanceof Piece.Value value) {
            return value.expression();
        }
        if (piece instanceof Piece.Unsigned number) {
            throw new Literals(source).tooLarge(number.at(), number.end());
        }
        throw source.refused(
                Reason.TYPE, piece.at(), "Calculation with " + piece.called(), "it takes numbers and durations");
    }

    Piece negation(Token sign, Piece of) {
        return new Piece.Condition(
                sign.start(), built(sign.start(), () -> condition(of).not()), true);
    }

    Piece minus(Token sign, Piece of) {
        if (of instanceof Piece.Unsigned number && number.bits() == Long.MIN_VALUE) {
            return new Piece.Value(sign.start(), new Constant(new Operand.Whole(Long.MIN_VALUE)));
        }
        Expression value = value(of);
        if (value instanceof Constant constant && constant.value() instanceof Operand.Whole whole) {
            Operand negative = whole.value() == Long.MIN_VALUE
                    ? new Operand.Fraction(-(double) whole.value())
                    : new Operand.Whole(-whole.value(), whole.duration());
            return new Piece.Value(sign.start(), new Constant(negative));
        }
        if (value instanceof Constant constant && constant.value() instanceof Operand.Fraction fraction) {
            return new Piece.Value(sign.start(), new Constant(new Operand.Fraction(-fraction.value())));
        }
        return new Piece.Value(sign.start(), built(of.at(), () -> new Negation(value)));
    }

    Piece calculation(Piece left, Token operator, Piece right) {
        Operation operation = operator.operation();
        Expression one = value(left);
        Expression other = value(right);
        return new Piece.Value(left.at(), built(operator.start(), () -> {
            boolean fold = one instanceof Constant && other instanceof Constant;
            return fold
                    ? new Constant(calculated(((Constant) one).value(), operator, ((Constant) other).value()))
                    : new Arithmetic(one, operation, other);
        }));
    }

    /** Calculates with two constants. */
    Operand calculated(Operand left, Token operator, Operand right) {
        Operand outcome = operator.operation().apply(left, right);
        if ((isDuration(left) || isDuration(right)) && !isDuration(outcome)) {
            durationLostAt = operator.start();
        }
        return outcome;
    }

    private static boolean isDuration(Operand operand) {
        return operand instanceof Operand.Whole whole && whole.duration();
    }

    /** Tells whether the unit of a duration was lost in what was read from a place on. */
    boolean hasLostDuration(int from) {
        return durationLostAt >= from;
    }

    Piece comparison(Piece left, Token sign, Piece right) {
        Operator operator = sign.operator();
        Filter filter;
        if (left instanceof Piece.Nil nil) {
            filter = presence(right, operator, nil);
        } else if (right instanceof Piece.Nil nil) {
            filter = presence(left, operator, nil);
        } else if (left instanceof Piece.Condition condition) {
            filter = outcome(condition, sign, right);
        } else if (right instanceof Piece.Condition condition) {
            filter = outcome(condition, sign, left);
        } else if (left instanceof Piece.Unsigned time) {
            filter = time(right, operator.mirrored(), time);
        } else if (right instanceof Piece.Unsigned time) {
            filter = time(left, operator, time);
        } else {
            filter = relation(left, sign, right);
        }
        return new Piece.Condition(left.at(), filter, false);
    }

    private Filter relation(Piece left, Token sign, Piece right) {
        Operator operator = sign.operator();
        Expression one = value(left);
        Expression other = value(right);
        if (one instanceof Constant first && other instanceof Constant second) {
            return built(right.at(), () -> constant(first.value(), operator, second.value()));
        }
        if (operator.isPattern()) {
            countStates(other, right.at());
        }
        checkTime(one, other, right.at());
        checkTime(other, one, left.at());
        if (one == Intrinsic.PARENT_ID && isEmptyText(other) || other == Intrinsic.PARENT_ID && isEmptyText(one)) {
            if (operator == Operator.EQUAL || operator == Operator.NOT_EQUAL) {
                return operator.isNegated() ? Intrinsic.PARENT_ID.exists() : Intrinsic.PARENT_ID.isAbsent();
            }
        }
        int at = other instanceof Constant ? right.at() : one instanceof Constant ? left.at() : sign.start();
        return built(at, new Supplier<>() {
            @Override
            public Filter get() {
                return Relation.of(one, operator, other);
            }
        });
    }

    /** Each expression is compiled to see whether it can be; thousands of large ones would take seconds. */
    private void countStates(Expression pattern, int at) {
        if (pattern instanceof Constant constant && constant.value() instanceof Operand.Text text) {
            // One that is too large by itself is refused as such.
            states += Math.min(AnchoredPattern.states(text.value()), FilterLimits.MAX_PATTERN_STATES);
        }
        if (states > FilterLimits.MAX_QUERY_STATES) {
            throw source.refused(
                    Reason.LIMIT,
                    at,
                    "Regular expressions of " + states + " states so far",
                    "allowed in one query are " + FilterLimits.MAX_QUERY_STATES + ", use fewer or smaller ones");
        }
    }

    private static boolean isEmptyText(Expression expression) {
        return expression instanceof Constant constant
                && constant.value() instanceof Operand.Text text
                && text.value().isEmpty();
    }

    /** In a comparison with a time, the bits of a negative number would be those of a time far away. */
    private void checkTime(Expression field, Expression constant, int at) {
        if (field instanceof Intrinsic time
                && time.isTime()
                && constant instanceof Constant number
                && number.value() instanceof Operand.Whole whole
                && whole.value() < 0) {
            throw source.refused(
                    Reason.TYPE, at, "Field " + time + " is compared with " + whole, "times are not negative");
        }
    }

    private Filter time(Piece field, Operator operator, Piece.Unsigned time) {
        if (field instanceof Piece.Value value && value.expression() instanceof Intrinsic start && start.isTime()) {
            return built(time.at(), () -> new Comparison(start, operator, new Operand.Whole(time.bits())));
        }
        throw new Literals(source).tooLarge(time.at(), time.end());
    }

    private Filter presence(Piece of, Operator operator, Piece.Nil nil) {
        if (operator != Operator.EQUAL && operator != Operator.NOT_EQUAL) {
            throw source.refused(Reason.TYPE, nil.at(), "Operator " + operator + " with nil", "use = or !=");
        }
        Field attribute = attributeIn(of);
        if (attribute != null) {
            return operator == Operator.EQUAL ? attribute.isAbsent() : attribute.exists();
        }
        if (of instanceof Piece.Value value && value.expression() instanceof Field field && operator.isNegated()) {
            return field.exists();
        }
        boolean parent = of instanceof Piece.Value value && value.expression() == Intrinsic.PARENT_ID;
        String found = of instanceof Piece.Value value && value.expression() instanceof Field field
                ? "Intrinsic field " + field
                : "No attribute";
        throw source.refused(
                Reason.TYPE,
                nil.at(),
                found + " is compared with nil",
                parent ? "for spans without a parent ask span:parentID = \"\"" : "only attributes can be nil");
    }

    /** Compares what is true or false: conditions with each other, with constants, and with attributes. */
    private Filter outcome(Piece.Condition condition, Token sign, Piece other) {
        Operator operator = sign.operator();
        if (operator == Operator.EQUAL || operator == Operator.NOT_EQUAL) {
            Filter compared = equality(condition.filter(), sign, other);
            if (compared != null) {
                return compared;
            }
        }
        throw source.refused(
                Reason.TYPE,
                sign.start(),
                "Operator " + operator + " behind or before a condition",
                condition.negated()
                        ? "! binds closer than " + operator + ", put the comparison into parentheses: !(…)"
                        : "comparisons do not chain, combine them by && and ||");
    }

    private @Nullable Filter equality(Filter condition, Token sign, Piece other) {
        boolean equal = !sign.operator().isNegated();
        if (other instanceof Piece.Condition second) {
            Filter negated = equal ? second.filter().not() : second.filter();
            Filter same = equal ? second.filter() : second.filter().not();
            return built(
                    sign.start(), () -> condition.and(same).or(condition.not().and(negated)));
        }
        Expression value = other instanceof Piece.Value known ? known.expression() : null;
        if (value instanceof Constant constant && constant.value() instanceof Operand.Truth truth) {
            return truth.value() == equal ? condition : built(sign.start(), condition::not);
        }
        Field attribute = attributeIn(other);
        if (attribute == null) {
            return null;
        }
        Boolean always = outcomeOfAll(condition);
        if (always != null) {
            return attribute.equalTo(always == equal);
        }
        return built(
                sign.start(),
                () -> attribute
                        .equalTo(equal)
                        .and(condition)
                        .or(attribute.equalTo(!equal).and(condition.not())));
    }

    /** Returns what a condition says of every span, or null when it depends. */
    private static @Nullable Boolean outcomeOfAll(Filter condition) {
        if (condition instanceof Not not) {
            Boolean of = outcomeOfAll(not.filter());
            return of == null ? null : (Boolean) !of;
        }
        if (condition.equals(Filter.all())) {
            return true;
        }
        return condition.equals(Filter.none()) ? (Boolean) false : null;
    }

    private static Filter constant(Operand left, Operator operator, Operand right) {
        if (operator.isPattern()) {
            if (left instanceof Operand.Text text && right instanceof Operand.Text pattern) {
                boolean matches = AnchoredPattern.compile(pattern.value()).matches(text.value());
                return matches != operator.isNegated() ? Filter.all() : Filter.none();
            }
            throw new QueryException(
                    Reason.TYPE, "Operator " + operator + " between " + left + " and " + right + "; both are texts");
        }
        Relation checked = new Relation(new Constant(left), operator, new Constant(right));
        return Constants.holds(left, checked.operator(), right) ? Filter.all() : Filter.none();
    }

    /** Says where a part of the tree was refused. */
    <T> T built(int at, Supplier<T> part) {
        try {
            return part.get();
        } catch (TraceQlException located) {
            throw located;
        } catch (QueryException refusal) {
            throw source.refused(at, refusal);
        }
    }
}
