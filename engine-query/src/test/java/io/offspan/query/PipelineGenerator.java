package io.offspan.query;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Kinship;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Measure;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.Related;
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
        return switch (random.nextInt(5)) {
            case 0, 1 -> new Both(left, right);
            case 2 -> new Either(left, right);
            default -> new Related(left, one(Related.Form.values()), one(Kinship.values()), right);
        };
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private Aggregation aggregation() {
        while (true) {
            try {
                Operator operator = OPERATORS[random.nextInt(OPERATORS.length)];
                Figure left = measure();
                if (random.nextInt(3) == 0) {
                    Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
                    left = new Figure.Calculated(left, operation, random.nextBoolean() ? measure() : fixed());
                }
                Number value = traces.figure(left, anyTrace());
                if (random.nextInt(4) == 0) {
                    return new Aggregation(left, operator, measure());
                }
                if (value != null && Double.isFinite(value.doubleValue())) {
                    return new Aggregation(left, operator, new Figure.Fixed(operand(value)));
                }
            } catch (QueryException neverANumber) {
                continue;
            }
        }
    }

    private Measure measure() {
        Function function = Function.values()[random.nextInt(Function.values().length)];
        return new Measure(function, function == Function.COUNT ? null : filters.number());
    }

    private Figure fixed() {
        return new Figure.Fixed(new Operand.Whole(1 + random.nextInt(5), random.nextBoolean()));
    }

    private static Operand operand(Number value) {
        return value instanceof Double
                ? new Operand.Fraction(value.doubleValue())
                : new Operand.Whole(value.longValue());
    }

    private List<ModelSpan> anyTrace() {
        return traces.of(spans.get(random.nextInt(spans.size())));
    }
}
