package io.offspan.query;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes pipelines of which most keep some traces and not others. */
final class PipelineGenerator {
    private static final Operator[] OPERATORS = {
        Operator.EQUAL,
        Operator.NOT_EQUAL,
        Operator.LESS,
        Operator.LESS_OR_EQUAL,
        Operator.GREATER,
        Operator.GREATER_OR_EQUAL
    };
    private static final Field[] COLUMNS = {Intrinsic.NAME, Intrinsic.SERVICE, Filter.attribute("a")};

    private final NaiveTraces traces;
    private final List<ModelSpan> spans;
    private final FilterGenerator filters;
    private final Random random;

    PipelineGenerator(NaiveTraces traces, List<ModelSpan> spans, Random random) {
        this.traces = traces;
        this.spans = spans;
        this.random = random;
        filters = new FilterGenerator(spans, random, traces);
    }

    Pipeline next() {
        List<Stage> stages = new ArrayList<>();
        stages.add(spanset(random.nextInt(3)));
        for (int i = random.nextInt(3); i > 0; i--) {
            stages.add(
                    switch (random.nextInt(5)) {
                        case 0 -> new Selection(List.of(COLUMNS[random.nextInt(COLUMNS.length)]));
                        case 1, 2 -> spanset(random.nextInt(2));
                        default -> aggregation();
                    });
        }
        return new Pipeline(stages);
    }

    private Spanset spanset(int depth) {
        if (depth == 0) {
            return new Matching(random.nextInt(6) == 0 ? Filter.all() : filters.next());
        }
        Spanset left = spanset(depth - 1);
        Spanset right = spanset(random.nextInt(depth));
        return random.nextInt(3) > 0 ? new Both(left, right) : new Either(left, right);
    }

    private Aggregation aggregation() {
        while (true) {
            try {
                Function function = Function.values()[random.nextInt(Function.values().length)];
                Expression expression = function == Function.COUNT ? null : filters.number();
                Operator operator = OPERATORS[random.nextInt(OPERATORS.length)];
                Number value = function == Function.COUNT
                        ? (Number) (long) random.nextInt(5)
                        : traces.calculate(
                                new Aggregation(function, expression, operator, new Operand.Whole(0)), anyTrace());
                if (value != null) {
                    return new Aggregation(function, expression, operator, operand(value));
                }
            } catch (QueryException neverANumber) {
                continue;
            }
        }
    }

    private static Operand operand(Number value) {
        return value instanceof Long whole ? new Operand.Whole(whole) : new Operand.Fraction(value.doubleValue());
    }

    private List<ModelSpan> anyTrace() {
        return traces.of(spans.get(random.nextInt(spans.size())));
    }
}
