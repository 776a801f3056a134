package io.offspan.query.traceql;

import io.offspan.query.ast.And;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.FilterLimits;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.traceql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what stands between braces, by the binding power of operators.
 *
 * <p>From loose to close: {@code &&} and {@code ||}, which share one level; comparisons; {@code + -}; {@code !} in front;
 * {@code * / %}; {@code ^}, from the right; {@code -} in front. Lists of the same operator become one flat filter.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class ConditionParser {
    static final String VALUE = "a field, a constant, \"!\", \"-\" or \"(\"";
    private static final String BEHIND_VALUE = "an operator, \"&&\", \"||\" or ";

    static final int COMPARISON = 2;
    private static final int SUM = 3;
    private static final int PRODUCT = 4;
    static final int POWER = 5;
    static final int SIGN = 6;

    private final Tokens tokens;
    private final Source source;
    private final Pieces pieces;
    private int nesting;

    ConditionParser(Tokens tokens) {
        this.tokens = tokens;
        source = tokens.source();
        pieces = new Pieces(source);
    }

    /** Reads what is left of a pair of braces, which choose every span where nothing stands in them. */
    Filter behindBrace() {
        if (tokens.peek().is(Kind.CLOSE_BRACE)) {
            tokens.take();
            return Filter.all();
        }
        return pieces.condition(pieceBefore(Kind.CLOSE_BRACE, "\"}\""));
    }

    /** Reads a piece up to a closing token, which is taken. */
    Piece pieceBefore(Kind closing, String symbol) {
        Piece piece = conditions();
        if (!tokens.peek().is(closing)) {
            throw behindValue(tokens.peek(), symbol);
        }
        tokens.take();
        return piece;
    }

    /** Reads a value without comparisons. */
    Piece value() {
        return operation(SUM);
    }

    /** Reads one field or constant. */
    Piece single() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case FIELD, CONSTANT, WORD, UNSIGNED -> simple(token);
            default -> throw tokens.unexpected(token, "a number or an aggregate such as count()", null);
        };
    }

    Pieces pieces() {
        return pieces;
    }

    private Piece conditions() {
        Piece first = operation(COMPARISON);
        if (!isJunction(tokens.peek())) {
            return first;
        }
        List<Filter> filters = new ArrayList<>();
        filters.add(pieces.condition(first));
        Kind kind = tokens.peek().kind();
        while (isJunction(tokens.peek())) {
            Token operator = tokens.take();
            if (!operator.is(kind)) {
                Filter so = joined(first.at(), kind, filters);
                filters = new ArrayList<>(List.of(so));
                kind = operator.kind();
            }
            filters.add(pieces.condition(operation(COMPARISON)));
            if (filters.size() > FilterLimits.MAX_NODES) {
                joined(operator.start(), kind, filters);
            }
        }
        return new Piece.Condition(first.at(), joined(first.at(), kind, filters), false);
    }

    private static boolean isJunction(Token token) {
        return token.is(Kind.AND) || token.is(Kind.OR);
    }

    private Filter joined(int at, Kind kind, List<Filter> filters) {
        try {
            return kind == Kind.AND ? new And(filters) : new Or(filters);
        } catch (QueryException tooLarge) {
            throw source.refused(at, tooLarge);
        }
    }

    private Piece operation(int level) {
        if (++nesting > FilterLimits.MAX_NESTING) {
            throw source.refused(
                    Reason.LIMIT,
                    tokens.peek().start(),
                    "Nesting deeper than " + FilterLimits.MAX_NESTING,
                    "leave out parentheses and signs that change nothing");
        }
        Piece left = prefix();
        for (int power = power(tokens.peek()); power >= level; power = power(tokens.peek())) {
            Token operator = tokens.take();
            Piece right = operation(power == POWER ? POWER : power + 1);
            left = power == COMPARISON
                    ? pieces.comparison(left, operator, right)
                    : pieces.calculation(left, operator, right);
        }
        nesting--;
        return left;
    }

    static int power(Token token) {
        if (token.is(Kind.COMPARISON)) {
            return COMPARISON;
        }
        if (!token.is(Kind.ARITHMETIC)) {
            return 0;
        }
        return switch (token.operation()) {
            case ADD, SUBTRACT -> SUM;
            case MULTIPLY, DIVIDE, MODULO -> PRODUCT;
            case POWER -> POWER;
        };
    }

    private Piece prefix() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case FIELD, CONSTANT, WORD, UNSIGNED -> simple(token);
            case NOT -> pieces.negation(token, operation(PRODUCT));
            case OPEN -> {
                Piece inner = pieceBefore(Kind.CLOSE, "\")\"");
                yield inner instanceof Piece.Condition condition
                        ? new Piece.Condition(token.start(), condition.filter(), false)
                        : inner;
            }
            default -> {
                if (token.is(Operation.SUBTRACT)) {
                    yield pieces.minus(token, operation(SIGN));
                }
                throw tokens.unexpected(token, VALUE, null);
            }
        };
    }

    private Piece simple(Token token) {
        if (token.field() != null) {
            return new Piece.Value(token.start(), token.field());
        }
        if (token.operand() instanceof Operand.Whole whole && token.is(Kind.UNSIGNED)) {
            return new Piece.Unsigned(token.start(), token.end(), whole.value());
        }
        if (token.operand() != null) {
            return new Piece.Value(token.start(), new Constant(token.operand()));
        }
        return word(token);
    }

    private Piece word(Token token) {
        String word = token.text();
        if (Vocabulary.INTRINSICS.containsKey(word)) {
            return new Piece.Value(token.start(), Vocabulary.INTRINSICS.get(word));
        }
        if (Vocabulary.CONSTANTS.containsKey(word)) {
            return new Piece.Value(token.start(), new Constant(Vocabulary.CONSTANTS.get(word)));
        }
        if (word.equals("nil")) {
            return new Piece.Nil(token.start());
        }
        if (Vocabulary.FOREIGN_FIELDS.contains(word)) {
            throw source.unsupported(
                    token.start(), "field " + word, "ask span:parentID = \"\" for spans without a parent");
        }
        String nearest = word.length() > 64 ? null : Vocabulary.nearestValue(word);
        throw tokens.unexpected(token, VALUE + "; an attribute begins with a point", nearest);
    }

    private TraceQlException behindValue(Token token, String symbol) {
        if (token.is(Kind.STRUCTURAL)) {
            return source.syntax(
                    token.start(),
                    tokens.shown(token),
                    BEHIND_VALUE + symbol + "; it stands between spansets, as in { } " + token.text() + " { }",
                    null);
        }
        String nearest = token.is(Kind.WORD) ? Vocabulary.nearest(token.text(), List.of()) : null;
        return tokens.unexpected(token, BEHIND_VALUE + symbol, nearest);
    }
}
