package io.offspan.query.traceql;

import io.offspan.query.ast.Both;
import io.offspan.query.ast.Coalescing;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Except;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.FilterLimits;
import io.offspan.query.ast.Grouping;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Metric;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Piped;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Question;
import io.offspan.query.ast.Related;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import io.offspan.query.traceql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a query: spansets, the stages behind bars, and a metric at the end.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class PipelineParser {
    private static final String SPANSET = "\"{\" or \"(\"";
    private static final String STAGE =
            "\"{\", \"(\", count(), avg(…), min(…), max(…), sum(…), by(…), coalesce() or select(…)";

    /** The level of comparisons and of operators that ask how spans are related. */
    private static final int RELATION = ConditionParser.COMPARISON;

    private static final int POWER = ConditionParser.POWER;

    private final Source source;
    private final Tokens tokens;
    private final ConditionParser conditions;
    private final Pieces pieces;
    private final FigureParser figures;
    private final FieldParser fields;
    private final MetricParser metrics;
    private int nesting;

    PipelineParser(Source source) {
        this.source = source;
        tokens = new Tokens(source);
        conditions = new ConditionParser(tokens);
        pieces = conditions.pieces();
        figures = new FigureParser(tokens, conditions);
        fields = new FieldParser(tokens);
        metrics = new MetricParser(tokens, conditions, fields);
    }

    Question parse() {
        List<Stage> stages = new ArrayList<>();
        Part first = firstStage(tokens.peek());
        Metric metric = first instanceof Part.Series series ? metrics.after(series.metric()) : null;
        if (metric == null) {
            metric = stagesAndMetric(whole(first), stages);
        }
        Metric asked = metric;
        Hints hints = new Hints(tokens, conditions).read();
        Question question;
        if (asked == null) {
            question = pieces.built(tokens.peek().start(), new Supplier<>() {
                @Override
                public Pipeline get() {
                    return new Pipeline(stages);
                }
            });
        } else {
            question = hints.question(asked);
        }
        if (!tokens.peek().is(Kind.END)) {
            refuseName(tokens.peek());
            String more = asked == null ? "\"&&\", \"||\", " : "";
            throw tokens.unexpected(tokens.peek(), more + "\"|\" or the end of the query", null);
        }
        return question;
    }

    /** Reads what follows the first stage; returns the metric of the stages where there is one. */
    private @Nullable Metric stagesAndMetric(Stage first, List<Stage> stages) {
        if (!(first instanceof Spanset)) {
            // A query that begins with a stage begins with every span.
            stages.add(new Matching(Filter.all()));
        }
        stages.add(first);
        while (tokens.peek().is(Kind.PIPE) && stages.size() <= FilterLimits.MAX_STAGES) {
            tokens.take();
            if (metrics.begins(tokens.peek())) {
                return metrics.after(metrics.sampling(stages));
            }
            stages.add(stage(tokens.peek()));
        }
        return null;
    }

    private Part firstStage(Token first) {
        boolean number = first.is(Operation.SUBTRACT)
                || first.operand() instanceof Operand.Whole
                || first.operand() instanceof Operand.Fraction
                || Vocabulary.CONSTANTS.get(first.text()) instanceof Operand.Whole;
        boolean begins = first.is(Kind.OPEN) || first.is(Kind.OPEN_BRACE) || number;
        if (!begins
                && !(first.is(Kind.WORD)
                        && isStage(first.text())
                        && !first.text().equals("coalesce"))) {
            throw noSpanset(first);
        }
        return beginsParts(first) ? parts() : new Part.Kept(first.start(), stage(first));
    }

    private Stage whole(Part part) {
        if (part instanceof Part.Spans spans) {
            return spans.spanset();
        }
        if (part instanceof Part.Kept kept) {
            return kept.stage();
        }
        if (part instanceof Part.Series) {
            throw source.refused(
                    Reason.TYPE, part.at(), "A metric among stages", "what follows it is topk(…), bottomk(…) or > 5");
        }
        throw tokens.unexpected(tokens.peek(), "a comparison with a number, as in > 5, or an aggregate", null);
    }

    /** Reads what {@code &&} and {@code ||} join, which share one level; a chain of either is one list. */
    private Part parts() {
        Part first = operation(RELATION);
        if (!isJunction(tokens.peek())) {
            return first;
        }
        List<Spanset> joined = new ArrayList<>(List.of(spans(first, tokens.peek())));
        Kind kind = tokens.peek().kind();
        while (isJunction(tokens.peek())) {
            Token operator = tokens.take();
            if (!operator.is(kind)) {
                joined = new ArrayList<>(List.of(joined(operator, kind, joined)));
                kind = operator.kind();
            }
            joined.add(spans(operation(RELATION), operator));
        }
        return new Part.Spans(first.at(), joined(tokens.peek(), kind, joined));
    }

    private static boolean isJunction(Token token) {
        return token.is(Kind.AND) || token.is(Kind.OR);
    }

    private Spanset joined(Token before, Kind kind, List<Spanset> parts) {
        return pieces.built(before.start(), () -> kind == Kind.AND ? new Both(parts) : new Either(parts));
    }

    private Spanset spans(Part part, Token operator) {
        if (part instanceof Part.Spans spans) {
            return spans.spanset();
        }
        throw source.refused(
                Reason.TYPE,
                operator.start(),
                "Operator " + operator.text() + " with " + part.called(),
                "it stands between choices of spans; stages follow behind bars");
    }

    private Part operation(int level) {
        nest(tokens.peek());
        Part left = prefix(level == RELATION);
        for (int power = power(tokens.peek()); power >= level; power = power(tokens.peek())) {
            Token operator = tokens.take();
            Part right = operation(power == POWER ? POWER : power + 1);
            if (isExcept(operator)) {
                Spanset one = spans(left, operator);
                Spanset other = spans(right, operator);
                left = new Part.Spans(left.at(), pieces.built(operator.start(), () -> new Except(one, other)));
            } else if (operator.isStructural() && (left instanceof Part.Spans || operator.is(Kind.STRUCTURAL))) {
                left = related(left, operator, right);
            } else if (left instanceof Part.Series || right instanceof Part.Series) {
                left = power == RELATION
                        ? metrics.threshold(left, operator, right)
                        : metrics.calculation(left, operator, right);
            } else {
                left = power == RELATION
                        ? figures.comparison(left, operator, right)
                        : figures.calculation(left, operator, right);
            }
        }
        nesting--;
        return left;
    }

    private Part related(Part left, Token operator, Part right) {
        Spanset one = spans(left, operator);
        Spanset other = spans(right, operator);
        return new Part.Spans(
                left.at(),
                pieces.built(operator.start(), () -> new Related(one, operator.form(), operator.kinship(), other)));
    }

    private static boolean isExcept(Token token) {
        return token.is(Kind.WORD) && token.text().equals("except");
    }

    private static int power(Token token) {
        return token.is(Kind.STRUCTURAL) || isExcept(token) ? RELATION : ConditionParser.power(token);
    }

    /** @param first whether nothing is calculated or compared with it so far */
    private Part prefix(boolean first) {
        Token token = tokens.peek();
        if (token.is(Kind.OPEN_BRACE)) {
            return new Part.Spans(token.start(), braces());
        }
        if (token.is(Kind.OPEN)) {
            return inParentheses();
        }
        if (token.is(Operation.SUBTRACT)) {
            tokens.take();
            return figures.minus(token, operation(ConditionParser.SIGN));
        }
        if (token.is(Kind.WORD) && Vocabulary.AGGREGATES.contains(token.text())) {
            return figures.measure();
        }
        refuseName(token);
        boolean constant = token.is(Kind.CONSTANT) || Vocabulary.CONSTANTS.containsKey(token.text());
        if (first && !constant && !token.is(Kind.UNSIGNED)) {
            throw noSpanset(token);
        }
        return figures.constant();
    }

    private Matching braces() {
        tokens.take();
        return new Matching(conditions.behindBrace());
    }

    private void nest(Token at) {
        if (++nesting > FilterLimits.MAX_NESTING) {
            throw source.refused(
                    Reason.LIMIT,
                    at.start(),
                    "Nesting deeper than " + FilterLimits.MAX_NESTING,
                    "leave out parentheses that change nothing");
        }
    }

    /** Reads a choice of spans or a number that changes nothing, or a pipeline, of which either is what is left at its end. */
    private Part inParentheses() {
        Token open = tokens.take();
        List<Stage> stages = new ArrayList<>();
        Part last = element(tokens.peek(), stages);
        while (tokens.peek().is(Kind.PIPE) && !(last instanceof Part.Series)) {
            stages.add(whole(last));
            Token bar = tokens.take();
            if (stages.size() > FilterLimits.MAX_STAGES) {
                pieces.built(bar.start(), () -> new Piped(stages));
            }
            last = metrics.begins(tokens.peek())
                    ? new Part.Series(tokens.peek().start(), metrics.sampling(begun(stages)))
                    : element(tokens.peek(), stages);
        }
        if (last instanceof Part.Series series) {
            Metric metric = metrics.after(series.metric());
            tokens.expect(Kind.CLOSE, "\"|\" or \")\"");
            return new Part.Series(open.start(), metric);
        }
        tokens.expect(Kind.CLOSE, stages.isEmpty() ? "\"&&\", \"||\" or \")\"" : "\"|\" or \")\"");
        boolean alone = stages.isEmpty();
        if (alone && !(last instanceof Part.Kept)) {
            return last;
        }
        begun(stages);
        if (last instanceof Part.Number number) {
            return new Part.Number(
                    open.start(), pieces.built(open.start(), () -> new Figure.Piped(stages, number.figure())));
        }
        stages.add(whole(last));
        return new Part.Spans(open.start(), pieces.built(open.start(), () -> new Piped(stages)));
    }

    /** Lets stages that do not begin with spans begin with every span. */
    private static List<Stage> begun(List<Stage> stages) {
        if (stages.isEmpty() || !(stages.get(0) instanceof Spanset)) {
            stages.add(0, new Matching(Filter.all()));
        }
        return stages;
    }

    /** Reads what may stand between bars in parentheses. */
    private Part element(Token first, List<Stage> before) {
        if (first.is(Kind.WORD) && first.text().equals("select")) {
            throw source.refused(
                    Reason.SYNTAX, first.start(), "select(…) in parentheses", "put it after the whole query");
        }
        boolean known = isStage(first.text()) || Vocabulary.CONSTANTS.containsKey(first.text());
        boolean stage = Vocabulary.STAGES.contains(first.text()) || !known && !before.isEmpty();
        if (first.is(Kind.WORD) && stage) {
            return new Part.Kept(first.start(), stage(first));
        }
        return parts();
    }

    private TraceQlException noSpanset(Token token) {
        if (token.is(Kind.FIELD)
                || token.is(Kind.NOT)
                || token.is(Kind.WORD) && Vocabulary.INTRINSICS.containsKey(token.text())) {
            return tokens.unexpected(token, SPANSET + "; conditions stand in braces, as in { status = error }", null);
        }
        if (token.is(Kind.WORD)
                && (Vocabulary.METRICS.contains(token.text()) || token.text().equals("coalesce"))) {
            return tokens.unexpected(token, SPANSET + "; stages follow spans and a bar, as in { } | rate()", null);
        }
        return tokens.unexpected(token, SPANSET, null);
    }

    private static boolean isStage(String word) {
        return Vocabulary.AGGREGATES.contains(word) || Vocabulary.STAGES.contains(word);
    }

    private static boolean beginsParts(Token first) {
        return first.is(Kind.OPEN_BRACE)
                || first.is(Kind.OPEN)
                || first.is(Kind.CONSTANT)
                || first.is(Kind.UNSIGNED)
                || first.is(Operation.SUBTRACT)
                || Vocabulary.CONSTANTS.containsKey(first.text());
    }

    private Stage stage(Token first) {
        if (beginsParts(first)) {
            return whole(parts());
        }
        if (!first.is(Kind.WORD)) {
            throw tokens.unexpected(first, STAGE, null);
        }
        refuseName(first);
        if (first.text().equals("select")) {
            return selection();
        }
        if (first.text().equals("by")) {
            return grouping();
        }
        if (first.text().equals("coalesce")) {
            tokens.take();
            tokens.expect(Kind.OPEN, "\"(\"");
            tokens.expect(Kind.CLOSE, "\")\"; coalesce() takes nothing");
            return new Coalescing();
        }
        if (!Vocabulary.AGGREGATES.contains(first.text())) {
            String nearest = first.text().length() > 64 ? null : Vocabulary.nearestStage(first.text());
            throw tokens.unexpected(first, STAGE, nearest);
        }
        return whole(parts());
    }

    /** Refuses functions of metrics where none can stand. */
    private void refuseName(Token token) {
        String word = token.text();
        if (token.is(Kind.WORD) && Vocabulary.METRICS.contains(word)) {
            throw metrics.misplaced(token);
        }
    }

    private Stage grouping() {
        tokens.take();
        tokens.expect(Kind.OPEN, "\"(\"");
        Piece piece = conditions.pieceBefore(Kind.CLOSE, "\")\"");
        return pieces.built(piece.at(), () -> new Grouping(pieces.value(piece)));
    }

    private Stage selection() {
        tokens.take();
        return new Selection(fields.list());
    }
}
