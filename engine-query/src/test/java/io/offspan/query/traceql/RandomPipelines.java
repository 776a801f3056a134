package io.offspan.query.traceql;

import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Arithmetic;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Coalescing;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Contrast;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Except;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Grouping;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Kinship;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Measure;
import io.offspan.query.ast.Metric;
import io.offspan.query.ast.MetricFunction;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.MetricsQuery.QuantileRule;
import io.offspan.query.ast.Negation;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.Piped;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.Related;
import io.offspan.query.ast.Relation;
import io.offspan.query.ast.Sampling;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Makes pipelines of everything that TraceQL can say, and of nothing else. */
final class RandomPipelines {
    private static final List<Intrinsic> NUMBERS = List.of(
            Intrinsic.DURATION,
            Intrinsic.TRACE_DURATION,
            Intrinsic.CHILD_COUNT,
            Intrinsic.NESTED_SET_PARENT,
            Intrinsic.NESTED_SET_LEFT,
            Intrinsic.NESTED_SET_RIGHT,
            Intrinsic.EVENT_TIME_SINCE_START,
            Intrinsic.START,
            Intrinsic.END);
    private static final List<Intrinsic> IDS = List.of(
            Intrinsic.TRACE_ID,
            Intrinsic.SPAN_ID,
            Intrinsic.PARENT_ID,
            Intrinsic.LINK_TRACE_ID,
            Intrinsic.LINK_SPAN_ID);
    private static final List<Intrinsic> TEXTS = Arrays.stream(Intrinsic.values())
            .filter(field -> !NUMBERS.contains(field) && !IDS.contains(field))
            .filter(field -> field != Intrinsic.KIND && field != Intrinsic.STATUS)
            .toList();
    private static final Operator[] PLAIN = {
        Operator.EQUAL,
        Operator.NOT_EQUAL,
        Operator.LESS,
        Operator.LESS_OR_EQUAL,
        Operator.GREATER,
        Operator.GREATER_OR_EQUAL
    };
    private static final Operation[] SUMS = {Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY, Operation.DIVIDE};
    private static final Operator[] EQUALITIES = {Operator.EQUAL, Operator.NOT_EQUAL};
    private static final Operator[] PATTERNS = {Operator.MATCHES, Operator.NOT_MATCHES};
    private static final String[] EXPRESSIONS = {".*", "", "a|b", "\\d+\"", "(?i)x\\\\y", "[^\\n]\n", "\\p{L}{2,3}", "ü"
    };
    private static final String[] PIECES = {
        "a",
        "B",
        "5",
        "_",
        "-",
        "/",
        ".",
        ":",
        " ",
        "\"",
        "\\",
        "\n",
        "\t",
        "\r",
        "{",
        "}",
        "&&",
        "|",
        "=",
        "nil",
        "🚀",
        "ü",
        "\ud800",
        "\0",
        "`",
        "'",
        "+",
        "\u2028",
        "service.name",
        "span.",
        "true",
        "e3"
    };
    private static final long[] WHOLES = {
        0,
        1,
        -1,
        7,
        1_000,
        60_000_000_000L,
        3_600_000_000_000L,
        -1_500_000,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1
    };

    private final Random random;

    RandomPipelines(Random random) {
        this.random = random;
    }

    Pipeline next() {
        return new Pipeline(stages(2, 0, true));
    }

    MetricsQuery nextMetric() {
        return new MetricsQuery(
                random.nextInt(5) == 0 ? contrast() : metric(3),
                random.nextInt(3) == 0 ? random.nextInt(101) : 0,
                one(QuantileRule.values()));
    }

    private Metric metric(int depth) {
        return switch (depth == 0 ? 4 : random.nextInt(6)) {
            case 0 -> new Metric.Threshold(metric(depth - 1), one(PLAIN), number());
            case 1 -> new Metric.Ranked(metric(depth - 1), random.nextBoolean(), 1 + random.nextInt(9));
            case 2 ->
                random.nextBoolean()
                        ? new Metric.Calculated(metric(depth - 1), one(SUMS), metric(depth - 1))
                        : new Metric.Calculated(new Metric.Fixed(unitless()), one(SUMS), metric(depth - 1));
            case 3 -> new Metric.Calculated(metric(depth - 1), Operation.MULTIPLY, new Metric.Fixed(unitless()));
            default -> sampling();
        };
    }

    private Contrast contrast() {
        Pipeline spans = new Pipeline(stages(1, 0, false));
        long from = random.nextBoolean() ? Contrast.ANY_TIME : random.nextInt(100);
        long to = from < 0 ? Contrast.ANY_TIME : from + 1 + random.nextInt(100);
        return new Contrast(spans, filter(3), 1 + random.nextInt(Contrast.MAX_VALUES), from, to);
    }

    private Sampling sampling() {
        MetricFunction function = one(MetricFunction.values());
        List<Double> quantiles =
                function == MetricFunction.QUANTILE_OVER_TIME ? list(1, random::nextDouble) : List.of();
        Field of = function.takesField() ? random.nextBoolean() ? attribute() : one(NUMBERS) : null;
        List<Field> by = random.nextBoolean()
                ? List.of()
                : list(1, this::field).stream().distinct().toList();
        return new Sampling(new Pipeline(stages(1, 0, false)), function, of, quantiles, by);
    }

    private Operand unitless() {
        Operand number = number();
        return number instanceof Operand.Whole whole ? new Operand.Whole(whole.value()) : number;
    }

    private List<Stage> stages(int depth, int least, boolean whole) {
        List<Stage> stages = new ArrayList<>(List.of(spanset(depth)));
        while (stages.size() <= least || random.nextInt(3) == 0) {
            stages.add(stage(whole));
        }
        return stages;
    }

    private Stage stage(boolean whole) {
        return switch (random.nextInt(6)) {
            case 2 -> new Grouping(random.nextBoolean() ? field() : varying(2));
            case 3 -> new Coalescing();
            case 0 -> spanset(1);
            case 1 -> whole ? new Selection(list(1, this::field)) : new Coalescing();
            default -> aggregation();
        };
    }

    /** A constant stands on the right. */
    private Aggregation aggregation() {
        Figure left = measured(2);
        return new Aggregation(left, one(PLAIN), random.nextBoolean() ? new Figure.Fixed(number()) : measured(1));
    }

    private Figure measured(int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            Figure measured = measured(depth - 1);
            return random.nextBoolean()
                    ? new Figure.Calculated(new Figure.Fixed(number()), one(Operation.values()), measured)
                    : new Figure.Calculated(measured, one(Operation.values()), measured(depth - 1));
        }
        if (depth > 0 && random.nextInt(4) == 0) {
            return new Figure.Piped(stages(0, 0, false), measured(depth - 1));
        }
        Function function = one(Function.values());
        return new Measure(function, function == Function.COUNT ? null : expression(2));
    }

    private Spanset spanset(int depth) {
        return switch (depth == 0 ? 5 : random.nextInt(8)) {
            case 3 -> new Piped(stages(depth - 1, 1, false));
            case 4 -> new Except(spanset(depth - 1), spanset(depth - 1));
            case 0 -> new Both(list(2, () -> spanset(depth - 1)));
            case 1 -> new Either(list(2, () -> spanset(depth - 1)));
            case 2 ->
                new Related(spanset(depth - 1), one(Related.Form.values()), one(Kinship.values()), spanset(depth - 1));
            default -> new Matching(filter(3));
        };
    }

    private Filter filter(int depth) {
        return switch (depth == 0 ? 3 + random.nextInt(9) : random.nextInt(12)) {
            case 0 -> new And(list(2, () -> filter(depth - 1)));
            case 1 -> new Or(list(2, () -> filter(depth - 1)));
            case 2 -> filter(depth - 1).not();
            case 3 -> random.nextBoolean() ? Filter.all() : Filter.none();
            case 4 -> presence(attribute());
            case 5 ->
                random.nextBoolean()
                        ? presence(Intrinsic.PARENT_ID)
                        : one(Intrinsic.values()).exists();
            case 6, 7 -> onAttribute();
            case 8, 9 -> onIntrinsic();
            default -> relation();
        };
    }

    private Filter presence(Field field) {
        return random.nextBoolean() ? field.exists() : field.isAbsent();
    }

    private Filter onAttribute() {
        return switch (random.nextInt(4)) {
            case 0 -> new Comparison(attribute(), one(PATTERNS), new Operand.Text(one(EXPRESSIONS)));
            case 1 -> new Comparison(attribute(), one(PLAIN), new Operand.Text(text()));
            case 2 -> new Comparison(attribute(), one(EQUALITIES), new Operand.Truth(random.nextBoolean()));
            default -> new Comparison(attribute(), one(PLAIN), number());
        };
    }

    private Filter onIntrinsic() {
        return switch (random.nextInt(7)) {
            case 0 -> new Comparison(Intrinsic.STATUS, one(EQUALITIES), new Operand.OfStatus(one(SpanStatus.values())));
            case 1 -> new Comparison(Intrinsic.KIND, one(EQUALITIES), new Operand.OfKind(one(SpanKind.values())));
            case 2 -> new Comparison(one(TEXTS), one(PLAIN), new Operand.Text(text()));
            case 3 -> new Comparison(one(TEXTS), one(PATTERNS), new Operand.Text(one(EXPRESSIONS)));
            case 4 -> new Comparison(one(IDS), one(PATTERNS), new Operand.Text(one(EXPRESSIONS)));
            case 5 -> {
                Intrinsic id = one(IDS);
                boolean trace = id == Intrinsic.TRACE_ID || id == Intrinsic.LINK_TRACE_ID;
                yield new Comparison(id, one(PLAIN), new Operand.Text("0123456789abCDEF".repeat(trace ? 2 : 1)));
            }
            default -> new Comparison(one(NUMBERS), one(PLAIN), number());
        };
    }

    private Filter relation() {
        return switch (random.nextInt(4)) {
            case 0 -> new Relation(attribute(), one(PLAIN), random.nextBoolean() ? one(TEXTS) : attribute());
            case 1 -> new Relation(one(TEXTS), one(PLAIN), one(IDS));
            case 2 ->
                new Relation(Intrinsic.KIND, one(EQUALITIES), random.nextBoolean() ? Intrinsic.KIND : attribute());
            default -> {
                Expression left = varying(3);
                Expression right = left instanceof Field ? varying(3) : expression(3);
                yield new Relation(left, one(PLAIN), right);
            }
        };
    }

    private Expression expression(int depth) {
        return random.nextInt(3) == 0 ? new Constant(number()) : varying(depth);
    }

    /** A number that is no constant; constants alone are calculated when they are read. */
    private Expression varying(int depth) {
        return switch (depth == 0 ? 3 : random.nextInt(5)) {
            case 0 -> new Negation(varying(depth - 1));
            case 1 -> calculation(varying(depth - 1), expression(depth - 1));
            case 2 -> new Arithmetic(expression(depth - 1), one(Operation.values()), varying(depth - 1));
            default -> random.nextBoolean() ? attribute() : one(NUMBERS);
        };
    }

    private Arithmetic calculation(Expression left, Expression right) {
        boolean zero = right instanceof Constant constant
                && (constant.value() instanceof Operand.Whole whole && whole.value() == 0
                        || constant.value() instanceof Operand.Fraction fraction && fraction.value() == 0);
        return new Arithmetic(left, zero ? Operation.ADD : one(Operation.values()), right);
    }

    private Operand number() {
        if (random.nextInt(3) > 0) {
            return new Operand.Whole(
                    random.nextInt(4) == 0 ? random.nextLong() : WHOLES[random.nextInt(WHOLES.length)],
                    random.nextInt(3) == 0);
        }
        double value = random.nextInt(4) == 0 ? -0.0 : Double.longBitsToDouble(random.nextLong());
        return new Operand.Fraction(Double.isFinite(value) ? value : 1.5);
    }

    private Field field() {
        return random.nextBoolean() ? attribute() : one(Intrinsic.values());
    }

    private Field attribute() {
        Attribute attribute = ofSpan();
        return random.nextInt(5) == 0 ? new ParentAttribute(attribute) : attribute;
    }

    private Attribute ofSpan() {
        AttributeScope scope = one(AttributeScope.values());
        String key = random.nextInt(3) == 0 ? "http.route" : text();
        return new Attribute(scope, scope == AttributeScope.RESOURCE && key.equals("service.name") ? "a" : key);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(one(PIECES));
        }
        return text.toString();
    }

    private <T> List<T> list(int least, Supplier<? extends T> element) {
        List<T> list = new ArrayList<>();
        for (int i = least + random.nextInt(3); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }
}
