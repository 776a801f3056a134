package io.offspan.query.traceql;

import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Contrast;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Metric;
import io.offspan.query.ast.MetricFunction;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Sampling;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Stage;
import io.offspan.query.traceql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads metrics: the function behind the stages, what its series are grouped by, and what is done with series.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class MetricParser {
    private final Tokens tokens;
    private final Source source;
    private final ConditionParser conditions;
    private final Pieces pieces;
    private final FieldParser fields;

    MetricParser(Tokens tokens, ConditionParser conditions, FieldParser fields) {
        this.tokens = tokens;
        this.conditions = conditions;
        this.fields = fields;
        source = tokens.source();
        pieces = conditions.pieces();
    }

    /** Tells whether a token behind a bar names a function of spans over time. */
    boolean begins(Token token) {
        return token.is(Kind.WORD)
                && Vocabulary.METRICS.contains(token.text())
                && !Vocabulary.RANKS.contains(token.text());
    }

    /** Refuses a function of metrics where it stands. */
    TraceQlException misplaced(Token token) {
        String instead = Vocabulary.RANKS.contains(token.text())
                ? "it follows a metric and a bar, as in { } | rate() | " + token.text() + "(5)"
                : "it follows spans and a bar, and is the last stage, as in { } | rate()";
        return source.refused(Reason.SYNTAX, token.start(), "Function " + token.text() + "(…) in this place", instead);
    }

    /** Reads a function behind stages, of which it has no use for those that select fields. */
    Metric sampling(List<Stage> stages) {
        Token word = tokens.take();
        if (word.text().equals("compare")) {
            return contrast(word, stages);
        }
        MetricFunction function = MetricFunction.valueOf(word.text().toUpperCase(Locale.ROOT));
        tokens.expect(Kind.OPEN, "\"(\"");
        Field of = function.takesField() ? field(function) : null;
        List<Double> quantiles = new ArrayList<>();
        while (function == MetricFunction.QUANTILE_OVER_TIME && tokens.peek().is(Kind.COMMA)) {
            tokens.take();
            quantiles.add(number(conditions.value()));
        }
        tokens.expect(
                Kind.CLOSE,
                function.takesField() ? "\")\"" : "\")\"; " + function + "() counts spans and takes nothing");
        Pipeline spans = choosing(word, stages);
        List<Field> by = groups();
        return pieces.built(word.start(), () -> new Sampling(spans, function, of, quantiles, by));
    }

    private Pipeline choosing(Token word, List<Stage> stages) {
        List<Stage> choosing =
                stages.stream().filter(stage -> !(stage instanceof Selection)).toList();
        return pieces.built(word.start(), () -> new Pipeline(choosing));
    }

    /** Reads what stands behind {@code compare}: a choice of spans in braces, how many values, and two times. */
    private Metric contrast(Token word, List<Stage> stages) {
        tokens.expect(Kind.OPEN, "\"(\"");
        tokens.expect(Kind.OPEN_BRACE, "\"{\" and what sets spans apart, as in compare({ status = error })");
        Filter selection = conditions.behindBrace();
        long[] times = {Contrast.ANY_TIME, Contrast.ANY_TIME};
        long values = Contrast.USUAL_VALUES;
        if (tokens.peek().is(Kind.COMMA)) {
            values = wholeBehindComma("how many values of each attribute");
            for (int i = 0; i < times.length && (i > 0 || tokens.peek().is(Kind.COMMA)); i++) {
                times[i] = wholeBehindComma("a time in nanoseconds since 1970; there are two of them or none");
            }
        }
        tokens.expect(Kind.CLOSE, "\")\"");
        if (isBy(tokens.peek())) {
            throw source.refused(
                    Reason.SYNTAX,
                    tokens.peek().start(),
                    "by(…) behind compare(…)",
                    "leave it out, for each attribute is looked at anyway");
        }
        Pipeline spans = choosing(word, stages);
        int most = (int) Math.min(values, Integer.MAX_VALUE);
        return pieces.built(word.start(), () -> new Contrast(spans, selection, most, times[0], times[1]));
    }

    private long wholeBehindComma(String expected) {
        tokens.expect(Kind.COMMA, "\",\" and " + expected);
        Token number = tokens.take();
        if (number.operand() instanceof Operand.Whole whole && !whole.duration()) {
            return whole.value();
        }
        throw tokens.unexpected(number, expected, null);
    }

    private Field field(MetricFunction function) {
        if (tokens.peek().is(Kind.CLOSE)) {
            throw tokens.unexpected(tokens.peek(), "a number that spans have, as in " + function + "(duration)", null);
        }
        return fields.next();
    }

    private double number(Piece piece) {
        if (pieces.value(piece) instanceof Constant constant) {
            if (constant.value() instanceof Operand.Whole whole && !whole.duration()) {
                return whole.value();
            }
            if (constant.value() instanceof Operand.Fraction fraction) {
                return fraction.value();
            }
        }
        throw source.refused(Reason.TYPE, piece.at(), "A quantile is no number", "write one from 0 to 1, as .99");
    }

    private List<Field> groups() {
        if (!isBy(tokens.peek())) {
            return List.of();
        }
        tokens.take();
        return fields.list();
    }

    private static boolean isBy(Token token) {
        return token.is(Kind.WORD) && token.text().equals("by");
    }

    /** Reads what is done with a metric behind it: the greatest or least of its series, and comparisons. */
    Metric after(Metric metric) {
        Metric so = metric;
        while (true) {
            Token token = tokens.peek();
            if (token.is(Kind.PIPE)) {
                tokens.take();
                so = ranked(so);
            } else if (token.is(Kind.COMPARISON)) {
                tokens.take();
                so = threshold(so, token, constant());
            } else {
                return so;
            }
        }
    }

    private Metric ranked(Metric of) {
        Token word = tokens.take();
        if (!word.is(Kind.WORD) || !Vocabulary.RANKS.contains(word.text())) {
            throw tokens.unexpected(
                    word, "topk(…), bottomk(…) or a comparison without a bar, as in > 5", nearest(word));
        }
        tokens.expect(Kind.OPEN, "\"(\"");
        Token number = tokens.take();
        if (!(number.operand() instanceof Operand.Whole whole)
                || whole.duration()
                || whole.value() > Integer.MAX_VALUE) {
            throw tokens.unexpected(number, "how many series", null);
        }
        tokens.expect(Kind.CLOSE, "\")\"");
        return pieces.built(
                number.start(), () -> new Metric.Ranked(of, word.text().equals("topk"), (int) whole.value()));
    }

    private static @Nullable String nearest(Token word) {
        return word.is(Kind.WORD) && word.text().length() <= 64
                ? Vocabulary.nearest(word.text(), Vocabulary.RANKS)
                : null;
    }

    private Part constant() {
        Piece piece = conditions.value();
        Operand value = pieces.value(piece) instanceof Constant constant ? constant.value() : null;
        if (value == null) {
            throw source.refused(
                    Reason.TYPE, piece.at(), "A metric is compared with " + piece.called(), "compare with a constant");
        }
        return new Part.Number(piece.at(), pieces.built(piece.at(), () -> new Figure.Fixed(value)));
    }

    /** Compares a metric with a number, on whichever side it stands. */
    Part.Series threshold(Part left, Token sign, Part right) {
        if (left instanceof Part.Series series) {
            return new Part.Series(left.at(), threshold(series.metric(), sign, right));
        }
        Operand number = number(left, sign);
        Metric of = ((Part.Series) right).metric();
        return new Part.Series(
                left.at(),
                pieces.built(
                        sign.start(),
                        () -> new Metric.Threshold(of, sign.operator().mirrored(), number)));
    }

    private Metric threshold(Metric of, Token sign, Part right) {
        Operand number = number(right, sign);
        return pieces.built(sign.start(), () -> new Metric.Threshold(of, sign.operator(), number));
    }

    /** Calculates with metrics and numbers. */
    Part.Series calculation(Part left, Token operator, Part right) {
        Operation operation = operator.operation();
        Metric one = operand(left, operator);
        Metric other = operand(right, operator);
        return new Part.Series(
                left.at(), pieces.built(operator.start(), () -> new Metric.Calculated(one, operation, other)));
    }

    private Metric operand(Part part, Token operator) {
        if (part instanceof Part.Series series) {
            return series.metric();
        }
        Operand number = number(part, operator);
        return pieces.built(part.at(), () -> new Metric.Fixed(number));
    }

    private Operand number(Part part, Token operator) {
        if (part instanceof Part.Number number && number.figure() instanceof Figure.Fixed fixed) {
            if (pieces.hasLostDuration(part.at())) {
                throw source.refused(
                        Reason.TYPE,
                        part.at(),
                        "Durations are calculated with beside a metric",
                        "write the number of seconds");
            }
            return fixed.value();
        }
        throw source.refused(
                Reason.TYPE,
                operator.start(),
                "Operator " + operator.text() + " with " + part.called() + " beside a metric",
                "metrics go with numbers and, but for comparisons, with metrics in parentheses");
    }
}
