package io.offspan.query.traceql;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.FilterLimits;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import io.offspan.query.traceql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a query: spansets and the stages behind bars.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class PipelineParser {
    private static final String SPANSET = "\"{\" or \"(\"";
    private static final String STAGE = "\"{\", \"(\", count(), avg(…), min(…), max(…), sum(…) or select(…)";

    private final Source source;
    private final Tokens tokens;
    private final ConditionParser conditions;
    private final Pieces pieces;
    private int nesting;

    PipelineParser(Source source) {
        this.source = source;
        tokens = new Tokens(source);
        conditions = new ConditionParser(tokens);
        pieces = conditions.pieces();
    }

    Pipeline parse() {
        List<Stage> stages = new ArrayList<>();
        stages.add(spansets());
        while (tokens.peek().is(Kind.PIPE)) {
            tokens.take();
            stages.add(stage(tokens.peek()));
            if (stages.size() > FilterLimits.MAX_STAGES) {
                break;
            }
        }
        Pipeline pipeline = pieces.built(tokens.peek().start(), () -> new Pipeline(stages));
        if (!tokens.peek().is(Kind.END)) {
            refuseName(tokens.peek());
            throw tokens.unexpected(tokens.peek(), "\"&&\", \"||\", \"|\" or the end of the query", null);
        }
        return pipeline;
    }

    private Spanset spansets() {
        Spanset left = spanset();
        while (true) {
            Token operator = tokens.peek();
            if (operator.isStructural()) {
                throw source.unsupported(
                        operator.start(),
                        "structural operator " + operator.text(),
                        "ask for both sides by && and look at the traces");
            }
            if (!operator.is(Kind.AND) && !operator.is(Kind.OR)) {
                return left;
            }
            tokens.take();
            Spanset so = left;
            Spanset right = spanset();
            left = pieces.built(
                    operator.start(), () -> operator.is(Kind.AND) ? new Both(so, right) : new Either(so, right));
        }
    }

    private Spanset spanset() {
        Token open = tokens.peek();
        if (open.is(Kind.OPEN)) {
            return inParentheses();
        }
        if (!open.is(Kind.OPEN_BRACE)) {
            throw noSpanset(open);
        }
        tokens.take();
        if (tokens.peek().is(Kind.CLOSE_BRACE)) {
            tokens.take();
            return new Matching(Filter.all());
        }
        return new Matching(conditions.conditionBefore(Kind.CLOSE_BRACE, "\"}\""));
    }

    private Spanset inParentheses() {
        Token open = tokens.take();
        if (++nesting > FilterLimits.MAX_NESTING) {
            throw source.refused(
                    Reason.LIMIT,
                    open.start(),
                    "Nesting deeper than " + FilterLimits.MAX_NESTING,
                    "leave out parentheses that change nothing");
        }
        Spanset inner = spansets();
        nesting--;
        if (tokens.peek().is(Kind.PIPE)) {
            throw source.unsupported(
                    tokens.peek().start(), "pipeline in parentheses", "put stages behind the whole query");
        }
        tokens.expect(Kind.CLOSE, "\"&&\", \"||\" or \")\"");
        return inner;
    }

    private TraceQlException noSpanset(Token token) {
        if (token.is(Kind.FIELD)
                || token.is(Kind.NOT)
                || token.is(Kind.WORD) && Vocabulary.INTRINSICS.containsKey(token.text())) {
            return tokens.unexpected(token, SPANSET + "; conditions stand in braces, as in { status = error }", null);
        }
        if (token.is(Kind.WORD) && isStage(token.text())) {
            return tokens.unexpected(token, SPANSET + "; stages follow spans and a bar, as in { } | count() > 1", null);
        }
        return tokens.unexpected(token, SPANSET, null);
    }

    private static boolean isStage(String word) {
        return Vocabulary.AGGREGATES.contains(word)
                || Vocabulary.STAGES.contains(word)
                || Vocabulary.METRICS.contains(word);
    }

    private Stage stage(Token first) {
        if (first.is(Kind.OPEN_BRACE) || first.is(Kind.OPEN)) {
            return spansets();
        }
        if (first.is(Kind.CONSTANT) || first.is(Operation.SUBTRACT)) {
            return mirroredAggregation();
        }
        if (!first.is(Kind.WORD)) {
            throw tokens.unexpected(first, STAGE, null);
        }
        refuseName(first);
        if (first.text().equals("select")) {
            return selection();
        }
        if (!Vocabulary.AGGREGATES.contains(first.text())) {
            String nearest = first.text().length() > 64 ? null : Vocabulary.nearestStage(first.text());
            throw tokens.unexpected(first, STAGE, nearest);
        }
        Measure measure = measure();
        Token sign = comparison();
        Operand operand = scalar();
        return pieces.built(
                sign.start(), () -> new Aggregation(measure.function, measure.expression, sign.operator(), operand));
    }

    /** Refuses the stages that TraceQL has and the engine does not. */
    private void refuseName(Token token) {
        String word = token.text();
        if (!token.is(Kind.WORD)) {
            return;
        }
        if (Vocabulary.METRICS.contains(word)) {
            throw source.unsupported(
                    token.start(), "metrics function " + word + "()", "ask for the spans and count them");
        }
        if (word.equals("by") || word.equals("coalesce")) {
            throw source.unsupported(token.start(), "stage " + word + "()", "ask for one group at a time");
        }
        if (word.equals("with")) {
            throw source.unsupported(token.start(), "with(…) of hints", "leave it out");
        }
    }

    /** A function of the spans of a trace. */
    private record Measure(Function function, @Nullable Expression expression) {}

    private Measure measure() {
        Token word = tokens.take();
        Function function = Function.valueOf(word.text().toUpperCase(Locale.ROOT));
        tokens.expect(Kind.OPEN, "\"(\"");
        if (function == Function.COUNT) {
            tokens.expect(Kind.CLOSE, "\")\"; count() counts spans and takes nothing");
            return new Measure(function, null);
        }
        if (tokens.peek().is(Kind.CLOSE)) {
            throw tokens.unexpected(tokens.peek(), "a number to calculate " + function + " of, as in duration", null);
        }
        Piece piece = conditions.pieceBefore(Kind.CLOSE, "\")\"");
        Expression expression = pieces.value(piece);
        pieces.built(piece.at(), () -> new Aggregation(function, expression, Operator.EQUAL, new Operand.Whole(0)));
        return new Measure(function, expression);
    }

    private Token comparison() {
        Token sign = tokens.peek();
        refuseArithmetic(sign);
        return tokens.expect(Kind.COMPARISON, "a comparison with a number, as in > 5");
    }

    private Operand scalar() {
        Token first = tokens.peek();
        if (first.is(Kind.WORD) && Vocabulary.AGGREGATES.contains(first.text())) {
            throw source.unsupported(first.start(), "comparing two aggregates", "compare with a constant");
        }
        Piece piece = conditions.value();
        if (pieces.value(piece) instanceof Constant constant) {
            return constant.value();
        }
        throw source.refused(
                Reason.TYPE,
                piece.at(),
                "An aggregate is compared with " + pieces.value(piece),
                "compare with a constant");
    }

    private Stage mirroredAggregation() {
        Operand operand = scalar();
        Token sign = tokens.expect(Kind.COMPARISON, "a comparison with an aggregate, as in 5 < count()");
        Token word = tokens.peek();
        if (!word.is(Kind.WORD) || !Vocabulary.AGGREGATES.contains(word.text())) {
            throw tokens.unexpected(word, "count(), avg(…), min(…), max(…) or sum(…)", null);
        }
        Measure measure = measure();
        refuseArithmetic(tokens.peek());
        return pieces.built(
                sign.start(),
                () -> new Aggregation(
                        measure.function, measure.expression, sign.operator().mirrored(), operand));
    }

    private void refuseArithmetic(Token behind) {
        if (behind.is(Kind.ARITHMETIC)) {
            throw source.unsupported(
                    behind.start(), "arithmetic with aggregates", "put it on the side of the constant");
        }
    }

    private Stage selection() {
        tokens.take();
        tokens.expect(Kind.OPEN, "\"(\"");
        List<Field> fields = new ArrayList<>();
        fields.add(field());
        while (tokens.peek().is(Kind.COMMA)) {
            tokens.take();
            fields.add(field());
        }
        tokens.expect(Kind.CLOSE, "\",\" or \")\"");
        return new Selection(fields);
    }

    private Field field() {
        Token token = tokens.take();
        if (token.field() != null) {
            return token.field();
        }
        Intrinsic intrinsic = token.is(Kind.WORD) ? Vocabulary.INTRINSICS.get(token.text()) : null;
        if (intrinsic == null) {
            String nearest = token.is(Kind.WORD) && token.text().length() <= 64
                    ? Vocabulary.nearest(token.text(), Vocabulary.INTRINSICS.keySet())
                    : null;
            throw tokens.unexpected(token, "a field such as span.http.route or name", nearest);
        }
        return intrinsic;
    }
}
