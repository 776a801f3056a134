package io.offspan.query.traceql;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Measure;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.traceql.Token.Kind;
import java.util.Locale;

/**
 * Reads the numbers of the spans of a trace: aggregates, constants, and what is calculated from them.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class FigureParser {
    private final Tokens tokens;
    private final Source source;
    private final ConditionParser conditions;
    private final Pieces pieces;

    FigureParser(Tokens tokens, ConditionParser conditions) {
        this.tokens = tokens;
        this.conditions = conditions;
        source = tokens.source();
        pieces = conditions.pieces();
    }

    /** Reads a function and what it takes. */
    Part.Number measure() {
        Token word = tokens.take();
        Function function = Function.valueOf(word.text().toUpperCase(Locale.ROOT));
        tokens.expect(Kind.OPEN, "\"(\"");
        if (function == Function.COUNT) {
            tokens.expect(Kind.CLOSE, "\")\"; count() counts spans and takes nothing");
            return new Part.Number(word.start(), new Measure(function, null));
        }
        if (tokens.peek().is(Kind.CLOSE)) {
            throw tokens.unexpected(tokens.peek(), "a number to calculate " + function + " of, as in duration", null);
        }
        Piece piece = conditions.pieceBefore(Kind.CLOSE, "\")\"");
        Expression expression = pieces.value(piece);
        return new Part.Number(word.start(), pieces.built(piece.at(), () -> new Measure(function, expression)));
    }

    /** Reads one constant. */
    Part.Number constant() {
        return fixed(conditions.single());
    }

    private Part.Number fixed(Piece piece) {
        Expression value = pieces.value(piece);
        if (!(value instanceof Constant constant)) {
            throw source.refused(
                    Reason.TYPE, piece.at(), "An aggregate is compared with " + value, "compare with a constant");
        }
        return new Part.Number(piece.at(), pieces.built(piece.at(), () -> new Figure.Fixed(constant.value())));
    }

    /** Changes the sign of a constant. */
    Part.Number minus(Token sign, Part of) {
        if (of instanceof Part.Number number && number.figure() instanceof Figure.Fixed fixed) {
            return fixed(pieces.minus(sign, new Piece.Value(of.at(), new Constant(fixed.value()))));
        }
        throw source.refused(
                Reason.TYPE,
                sign.start(),
                "Sign - before " + of.called(),
                "write 0 - … for the opposite of an aggregate");
    }

    Part.Number calculation(Part left, Token operator, Part right) {
        Operation operation = operator.operation();
        Figure one = number(left, operator);
        Figure other = number(right, operator);
        return new Part.Number(
                left.at(),
                pieces.built(
                        operator.start(),
                        () -> one instanceof Figure.Fixed first && other instanceof Figure.Fixed second
                                ? new Figure.Fixed(pieces.calculated(first.value(), operator, second.value()))
                                : new Figure.Calculated(one, operation, other)));
    }

    Part.Kept comparison(Part left, Token sign, Part right) {
        Figure one = number(left, sign);
        Figure other = number(right, sign);
        return new Part.Kept(left.at(), pieces.built(sign.start(), () -> new Aggregation(one, sign.operator(), other)));
    }

    private Figure number(Part part, Token operator) {
        if (part instanceof Part.Number number) {
            return number.figure();
        }
        throw source.refused(
                Reason.TYPE,
                operator.start(),
                "Operator " + operator.text() + " with " + part.called(),
                part instanceof Part.Kept
                        ? "comparisons do not chain; put a bar between them"
                        : "numbers calculate and compare with numbers");
    }
}
