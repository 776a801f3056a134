package io.offspan.query;

import com.google.protobuf.ByteString;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.Arithmetic;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Negation;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.Relation;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Makes filters out of what spans really hold, so that most of them let some spans pass and others not. */
final class FilterGenerator {
    private static final Operator[] ORDERS = {
        Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL
    };
    private static final AttributeScope[] SCOPES = AttributeScope.values();
    private static final Intrinsic[] NUMBERS = {
        Intrinsic.DURATION, Intrinsic.START, Intrinsic.END, Intrinsic.EVENT_TIME_SINCE_START
    };
    private static final Intrinsic[] TRACE_NUMBERS = {
        Intrinsic.DURATION,
        Intrinsic.EVENT_TIME_SINCE_START,
        Intrinsic.TRACE_DURATION,
        Intrinsic.CHILD_COUNT,
        Intrinsic.NESTED_SET_LEFT
    };

    private final List<ModelSpan> spans;
    private final Random random;
    private final NaiveTraces traces;
    private final NaiveExpressions expressions;
    private final Intrinsic[] intrinsics;
    private final Intrinsic[] numbers;
    private int turn;
    private int intrinsicTurn;

    /** Makes filters that look at spans alone. */
    FilterGenerator(List<ModelSpan> spans, Random random) {
        this(spans, random, new NaiveTraces(List.of()), Intrinsic.CHILD_COUNT.ordinal(), NUMBERS);
    }

    /** Makes filters that look at traces, too. */
    FilterGenerator(List<ModelSpan> spans, Random random, NaiveTraces traces) {
        this(spans, random, traces, Intrinsic.values().length, TRACE_NUMBERS);
    }

    private FilterGenerator(
            List<ModelSpan> spans, Random random, NaiveTraces traces, int intrinsics, Intrinsic[] numbers) {
        this.spans = spans;
        this.random = random;
        this.traces = traces;
        expressions = new NaiveExpressions(new NaiveEvaluator(traces));
        this.intrinsics = Arrays.copyOf(Intrinsic.values(), intrinsics);
        this.numbers = numbers;
    }

    /** Returns a filter of one to five comparisons or presence tests. */
    Filter next() {
        return tree(random.nextInt(3));
    }

    /** Returns a comparison with the duration of some span. */
    Filter duration() {
        return intrinsic(Intrinsic.DURATION, spans.get(random.nextInt(spans.size())));
    }

    /** Returns a filter by when spans start. */
    Filter time() {
        return intrinsic(Intrinsic.START, spans.get(random.nextInt(spans.size())));
    }

    private Filter tree(int depth) {
        if (depth == 0) {
            return leaf();
        }
        return switch (random.nextInt(4)) {
            case 0 -> tree(depth - 1).and(tree(random.nextInt(depth)));
            case 1 -> tree(depth - 1).or(tree(random.nextInt(depth)));
            case 2 -> tree(depth - 1).not();
            default -> leaf();
        };
    }

    private Filter leaf() {
        ModelSpan span = spans.get(random.nextInt(spans.size()));
        int kind = random.nextInt(8);
        if (kind < 2) {
            return relation(span);
        }
        if (kind < 5) {
            return intrinsic(intrinsics[intrinsicTurn++ % intrinsics.length], span);
        }
        AttributeScope scope = SCOPES[turn++ % SCOPES.length];
        KeyValue attribute = null;
        for (int tries = 0; tries < 40 && attribute == null; tries++) {
            attribute = observed(scope, span);
            span = spans.get(random.nextInt(spans.size()));
        }
        if (attribute == null) {
            return any(
                    new Attribute(scope, "missing"),
                    AnyValue.newBuilder().setStringValue("value").build());
        }
        return any(new Attribute(scope, attribute.getKey()), attribute.getValue());
    }

    /** Returns a filter on an attribute of parents. */
    Filter ofParents() {
        AttributeScope scope = SCOPES[turn++ % SCOPES.length];
        KeyValue attribute = observed(scope, spans.get(random.nextInt(spans.size())));
        return attribute == null
                ? Filter.parentAttribute("a").exists()
                : any(new ParentAttribute(new Attribute(scope, attribute.getKey())), attribute.getValue());
    }

    private Filter relation(ModelSpan span) {
        while (true) {
            try {
                return random.nextInt(3) == 0 ? ofTwo(span) : ofNumber(span);
            } catch (QueryException neverTrue) {
                continue;
            }
        }
    }

    private Filter ofTwo(ModelSpan span) {
        Operator operator = random.nextBoolean() ? equality() : order();
        return new Relation(field(span), operator, field(spans.get(random.nextInt(spans.size()))));
    }

    /** Compares something calculated with a number near what it is for some span. */
    private Filter ofNumber(ModelSpan span) {
        Expression calculated = expression(span, 1 + random.nextInt(2));
        Number value = expressions.number(calculated, span);
        if (value == null && random.nextInt(10) > 0) {
            throw new QueryException(QueryException.Reason.TYPE, "try another");
        }
        Constant constant = value instanceof Long whole
                ? new Constant(new Operand.Whole(whole))
                : new Constant(new Operand.Fraction(value == null ? 1 : value.doubleValue()));
        Operator operator = random.nextInt(4) == 0 ? equality() : order();
        return random.nextBoolean()
                ? new Relation(calculated, operator, constant)
                : new Relation(constant, operator, calculated);
    }

    /** Returns an expression that has a number for some span. */
    Expression number() {
        return expression(spans.get(random.nextInt(spans.size())), random.nextInt(2));
    }

    private Expression expression(ModelSpan span, int depth) {
        if (depth == 0) {
            return switch (random.nextInt(4)) {
                case 0 -> new Constant(constant());
                case 1 -> field(span);
                default -> numbers[random.nextInt(numbers.length)];
            };
        }
        return random.nextInt(6) == 0
                ? new Negation(expression(span, depth - 1))
                : new Arithmetic(
                        expression(span, depth - 1),
                        Operation.values()[random.nextInt(Operation.values().length)],
                        expression(span, random.nextInt(depth)));
    }

    private Operand constant() {
        return switch (random.nextInt(4)) {
            case 0 -> new Operand.Whole(random.nextInt(4) - 1);
            case 1 -> new Operand.Fraction(random.nextInt(5) / 2.0);
            case 2 -> new Operand.Whole(Long.MAX_VALUE - random.nextInt(2));
            default -> new Operand.Whole(random.nextInt(2_000_000), random.nextBoolean());
        };
    }

    private Field field(ModelSpan span) {
        if (random.nextInt(4) == 0) {
            return intrinsics[random.nextInt(intrinsics.length)];
        }
        AttributeScope scope = SCOPES[turn++ % SCOPES.length];
        KeyValue attribute = observed(scope, span);
        return new Attribute(scope, attribute == null ? "a" : attribute.getKey());
    }

    private KeyValue observed(AttributeScope scope, ModelSpan span) {
        List<KeyValue> all = new ArrayList<>();
        switch (scope) {
            case SPAN -> all.addAll(span.span().getAttributesList());
            case RESOURCE -> all.addAll(span.resource().getAttributesList());
            case INSTRUMENTATION -> all.addAll(span.scope().getAttributesList());
            case EVENT -> span.span().getEventsList().forEach(event -> all.addAll(event.getAttributesList()));
            case LINK -> span.span().getLinksList().forEach(link -> all.addAll(link.getAttributesList()));
            case ANY -> {
                return observed(SCOPES[random.nextInt(SCOPES.length - 1)], span);
            }
        }
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    private Filter any(Field field, AnyValue value) {
        int choice = random.nextInt(20);
        if (choice == 0) {
            return field.exists();
        }
        if (choice == 1) {
            return field.isAbsent();
        }
        if (choice == 2) {
            return text(field, "200");
        }
        if (choice == 3) {
            return new Comparison(field, equality(), new Operand.Truth(true));
        }
        if (choice == 4) {
            return fraction(field, 200.5);
        }
        return switch (value.getValueCase()) {
            case STRING_VALUE -> text(field, value.getStringValue());
            case INT_VALUE -> number(field, value.getIntValue());
            case DOUBLE_VALUE -> fraction(field, value.getDoubleValue());
            case BOOL_VALUE -> new Comparison(field, equality(), new Operand.Truth(value.getBoolValue()));
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesCount() == 0
                        ? field.exists()
                        : any(
                                field,
                                value.getArrayValue()
                                        .getValues(random.nextInt(
                                                value.getArrayValue().getValuesCount())));
            default -> random.nextBoolean() ? field.exists() : text(field, "a");
        };
    }

    private Filter intrinsic(Intrinsic field, ModelSpan model) {
        Span span = model.span();
        return switch (field) {
            case TRACE_ID -> id(field, span.getTraceId());
            case SPAN_ID -> id(field, span.getSpanId());
            case PARENT_ID -> id(field, span.getParentSpanId());
            case NAME -> text(field, span.getName());
            case KIND ->
                new Comparison(
                        field,
                        equality(),
                        new Operand.OfKind(SpanKind.values()[Math.floorMod(span.getKindValue(), 6)]));
            case STATUS ->
                new Comparison(
                        field,
                        equality(),
                        new Operand.OfStatus(
                                SpanStatus.values()[
                                        Math.floorMod(span.getStatus().getCodeValue(), 3)]));
            case STATUS_MESSAGE -> maybeText(field, span.getStatus().getMessage());
            case DURATION -> model.hasEnd() ? number(field, model.durationNanos()) : presence(field);
            case START -> number(field, span.getStartTimeUnixNano());
            case END -> number(field, span.getEndTimeUnixNano());
            case SERVICE ->
                maybeText(
                        field,
                        model.resource().getAttributesList().stream()
                                .filter(attribute -> attribute.getKey().equals("service.name"))
                                .map(attribute -> attribute.getValue().getStringValue())
                                .findFirst()
                                .orElse(""));
            case SCOPE_NAME -> maybeText(field, model.scope().getName());
            case SCOPE_VERSION -> maybeText(field, model.scope().getVersion());
            case EVENT_NAME ->
                maybeText(
                        field,
                        span.getEventsCount() == 0 ? "" : span.getEvents(0).getName());
            case EVENT_TIME_SINCE_START ->
                span.getEventsCount() == 0
                        ? presence(field)
                        : number(field, span.getEvents(0).getTimeUnixNano() - span.getStartTimeUnixNano());
            case LINK_TRACE_ID ->
                span.getLinksCount() == 0
                        ? presence(field)
                        : id(field, span.getLinks(0).getTraceId());
            case LINK_SPAN_ID ->
                span.getLinksCount() == 0
                        ? presence(field)
                        : id(field, span.getLinks(0).getSpanId());
            case CHILD_COUNT -> number(field, traces.children(model));
            case NESTED_SET_PARENT -> number(field, traces.nestedSet(model)[0]);
            case NESTED_SET_LEFT -> number(field, traces.nestedSet(model)[1]);
            case NESTED_SET_RIGHT -> number(field, traces.nestedSet(model)[2]);
            case TRACE_DURATION -> {
                Number duration = traces.duration(model);
                if (duration == null) {
                    yield presence(field);
                }
                yield duration instanceof Long whole ? number(field, whole) : fraction(field, duration.doubleValue());
            }
            case TRACE_ROOT_NAME -> maybeText(field, Objects.requireNonNullElse(traces.rootName(model), ""));
            case TRACE_ROOT_SERVICE -> maybeText(field, Objects.requireNonNullElse(traces.rootService(model), ""));
        };
    }

    private Filter presence(Field field) {
        return random.nextBoolean() ? field.exists() : field.isAbsent();
    }

    private Filter id(Field field, ByteString id) {
        if (id.isEmpty()) {
            return empty(field);
        }
        String hex = HexFormat.of().formatHex(id.toByteArray());
        return switch (random.nextInt(4)) {
            case 0 -> field.compare(equality(), hex);
            case 1 -> field.compare(pattern(), "[0-" + hex.charAt(0) + "].*");
            default -> field.compare(order(), random.nextBoolean() ? hex : hex.toUpperCase(java.util.Locale.ROOT));
        };
    }

    private Filter maybeText(Field field, String value) {
        return value.isEmpty() ? empty(field) : text(field, value);
    }

    private Filter empty(Field field) {
        return switch (random.nextInt(4)) {
            case 0 -> field.compare(equality(), "");
            case 1 -> field.compare(order(), "");
            case 2 -> field.compare(pattern(), "a*");
            default -> presence(field);
        };
    }

    private Filter text(Field field, String value) {
        return switch (random.nextInt(3)) {
            case 0 -> field.compare(equality(), value);
            case 1 ->
                field.compare(order(), value.length() > 2 && random.nextBoolean() ? value.substring(0, 2) : value);
            default -> field.compare(pattern(), expression(value));
        };
    }

    /** An expression that the JDK and RE2 read alike. */
    private String expression(String value) {
        int points = value.codePointCount(0, value.length());
        int head = value.offsetByCodePoints(0, Math.min(points, 1 + random.nextInt(6)));
        return switch (random.nextInt(4)) {
            case 0 -> escaped(value);
            case 1 -> escaped(value.substring(0, head)) + ".*";
            case 2 -> "(?:" + escaped(value) + "|[a-m].*)";
            default -> ".*" + escaped(value.substring(value.offsetByCodePoints(0, points / 2))) + "?";
        };
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (point < 128 && !Character.isLetterOrDigit(point)) {
                escaped.append(String.format("\\x%02x", point));
            } else {
                escaped.appendCodePoint(point);
            }
        });
        return escaped.toString();
    }

    private Filter number(Field field, long value) {
        return switch (random.nextInt(5)) {
            case 0 -> field.compare(equality(), value);
            case 1 -> field.compare(random.nextBoolean() ? order() : equality(), (double) value);
            case 2 -> field.compare(order(), value + random.nextInt(3) - 0.5);
            default -> field.compare(order(), value);
        };
    }

    private Filter fraction(Field field, double value) {
        return switch (random.nextInt(4)) {
            case 0 -> field.compare(equality(), value);
            case 1 -> field.compare(order(), (long) value);
            default -> field.compare(order(), value);
        };
    }

    private Operator equality() {
        return random.nextBoolean() ? Operator.EQUAL : Operator.NOT_EQUAL;
    }

    private Operator pattern() {
        return random.nextBoolean() ? Operator.MATCHES : Operator.NOT_MATCHES;
    }

    private Operator order() {
        return ORDERS[random.nextInt(ORDERS.length)];
    }
}
