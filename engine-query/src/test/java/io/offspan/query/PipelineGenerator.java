package io.offspan.query;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Coalescing;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Except;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Grouping;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Kinship;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Measure;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Piped;
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

    private static final Field[] GROUPS = {
        Intrinsic.NAME,
        Intrinsic.SERVICE,
        Intrinsic.KIND,
        Intrinsic.STATUS,
        Intrinsic.PARENT_ID,
        Filter.attribute("a"),
        Filter.spanAttribute("b"),
        Filter.parentAttribute("a")
    };

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
        return new Pipeline(stages(random.nextInt(4), true));
    }

    /** Makes a pipeline that begins with how spans are related. */
    Pipeline related() {
        List<Stage> stages = new ArrayList<>(List.of(related(spanset(random.nextInt(2)), spanset(0))));
        if (random.nextInt(3) == 0) {
            stages.add(aggregation());
        }
        return new Pipeline(stages);
    }

    private Related related(Spanset left, Spanset right) {
        return new Related(left, one(Related.Form.values()), one(Kinship.values()), right);
    }

    private List<Stage> stages(int behind, boolean whole) {
        List<Stage> stages = new ArrayList<>();
        stages.add(spanset(random.nextInt(3)));
        for (int i = behind; i > 0; i--) {
            switch (random.nextInt(7)) {
                case 0 -> stages.add(whole ? new Selection(List.of(one(COLUMNS))) : new Coalescing());
                case 1, 2 -> stages.add(spanset(random.nextInt(2)));
                case 3 -> {
                    stages.add(random.nextInt(4) == 0 ? grouping() : new Grouping(one(GROUPS)));
                    stages.add(aggregation());
                }
                case 4 -> stages.add(new Coalescing());
                default -> stages.add(aggregation());
            }
        }
        return stages;
    }

    private Spanset spanset(int depth) {
        if (depth == 0) {
            return new Matching(
                    switch (random.nextInt(12)) {
                        case 0, 1 -> Filter.all();
                        case 2 -> filters.ofParents();
                        case 3 -> filters.ofParents().not().and(filters.next());
                        default -> filters.next();
                    });
        }
        Spanset left = spanset(depth - 1);
        Spanset right = spanset(random.nextInt(depth));
        return switch (random.nextInt(7)) {
            case 0, 1 -> new Both(left, right);
            case 2 -> new Either(left, right);
            case 3 -> new Piped(stages(1, false));
            case 4 -> new Except(left, right);
            default -> related(left, right);
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

    private Grouping grouping() {
        while (true) {
            try {
                return new Grouping(filters.number());
            } catch (QueryException constant) {
                continue;
            }
        }
    }

    private Figure measure() {
        return random.nextInt(5) == 0 ? new Figure.Piped(stages(random.nextInt(2), false), plain()) : plain();
    }

    private Measure plain() {
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
