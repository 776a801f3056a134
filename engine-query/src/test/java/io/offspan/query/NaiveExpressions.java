package io.offspan.query;

import io.offspan.query.ast.Arithmetic;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Negation;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.Relation;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What expressions and relations mean, said with boxed objects: {@link Long}, {@link Double}, {@link String}, {@link Boolean},
 * {@link Code}, a list of these for an array, null for nil.
 */
final class NaiveExpressions {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    /** A status or a kind. */
    record Code(boolean ofStatus, int number) {}

    /** A length of time, which calculates as a fraction whose whole values are exact. */
    private static final class Nanos extends Number {
        private static final long serialVersionUID = 1L;

        private final long value;

        Nanos(long value) {
            this.value = value;
        }

        @Override
        public int intValue() {
            return (int) value;
        }

        @Override
        public long longValue() {
            return value;
        }

        @Override
        public float floatValue() {
            return value;
        }

        @Override
        public double doubleValue() {
            return value;
        }
    }

    private final NaiveEvaluator fields;

    NaiveExpressions(NaiveEvaluator fields) {
        this.fields = fields;
    }

    boolean passes(Relation relation, ModelSpan model) {
        for (Span.Event event : orNone(model.span().getEventsList())) {
            for (Span.Link link : orNone(model.span().getLinksList())) {
                Object left = value(relation.left(), model, event, link);
                Object right = value(relation.right(), model, event, link);
                if (left != null && right != null && relates(left, relation.operator(), right)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What there is of the first event and link that have anything, NaN included, or null. */
    Object first(Expression expression, ModelSpan model) {
        for (Span.Link link : orNone(model.span().getLinksList())) {
            for (Span.Event event : orNone(model.span().getEventsList())) {
                Object value = value(expression, model, event, link);
                if (value != null) {
                    return value instanceof Nanos nanos ? (Object) nanos.longValue() : value;
                }
            }
        }
        return null;
    }

    /** The number of the first event and link that have one. */
    Number number(Expression expression, ModelSpan model) {
        for (Span.Link link : orNone(model.span().getLinksList())) {
            for (Span.Event event : orNone(model.span().getEventsList())) {
                Object value = value(expression, model, event, link);
                value = value instanceof Nanos nanos ? (Object) nanos.longValue() : value;
                if (value instanceof Long || value instanceof Double fraction && !fraction.isNaN()) {
                    return (Number) value;
                }
            }
        }
        return null;
    }

    private static <T> List<T> orNone(List<T> list) {
        return list.isEmpty() ? Collections.singletonList(null) : list;
    }

    private static boolean relates(Object left, Operator operator, Object right) {
        List<Optional<Boolean>> outcomes = new ArrayList<>();
        for (Object one : elements(left)) {
            for (Object other : elements(right)) {
                outcomes.add(plain(one, operator.isNegated() ? Operator.EQUAL : operator, other));
            }
        }
        boolean holds = outcomes.contains(Optional.of(true));
        return operator.isNegated() ? !holds && outcomes.contains(Optional.of(false)) : holds;
    }

    private static List<?> elements(Object value) {
        return value instanceof List<?> list ? list : Collections.singletonList(value);
    }

    /** Empty for values that do not compare. */
    private static Optional<Boolean> plain(Object left, Operator operator, Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return Optional.of(holds(operator, compare(a, b)));
        }
        if (left instanceof String a && right instanceof String b) {
            int order = Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
            return Optional.of(holds(operator, order));
        }
        boolean same = left instanceof Boolean && right instanceof Boolean
                || left instanceof Code a && right instanceof Code b && a.ofStatus() == b.ofStatus();
        return same && operator == Operator.EQUAL ? Optional.of(left.equals(right)) : Optional.empty();
    }

    /** Null when one is NaN. */
    static Integer compare(Number left, Number right) {
        if (isWhole(left) && isWhole(right)) {
            return Long.compare(left.longValue(), right.longValue());
        }
        double a = left.doubleValue();
        double b = right.doubleValue();
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return null;
        }
        if (Double.isInfinite(a) || Double.isInfinite(b)) {
            return a == b ? 0 : a < b ? -1 : 1;
        }
        return exact(left).compareTo(exact(right));
    }

    private static boolean isWhole(Number number) {
        return number instanceof Long || number instanceof Nanos;
    }

    private static BigDecimal exact(Number number) {
        return isWhole(number) ? BigDecimal.valueOf(number.longValue()) : new BigDecimal(number.doubleValue());
    }

    static boolean holds(Operator operator, Integer order) {
        if (order == null) {
            return operator == Operator.NOT_EQUAL;
        }
        return switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            default -> throw new AssertionError(operator);
        };
    }

    private Object value(Expression expression, ModelSpan model, Span.Event event, Span.Link link) {
        if (expression instanceof Constant constant) {
            return constant(constant.value());
        }
        if (expression instanceof Negation negation) {
            Object value = value(negation.of(), model, event, link);
            if (value instanceof Long whole) {
                return narrowed(BigInteger.valueOf(whole).negate());
            }
            if (value instanceof Nanos nanos) {
                return nanos(narrowed(BigInteger.valueOf(nanos.longValue()).negate()));
            }
            return value instanceof Double fraction ? -fraction : null;
        }
        if (expression instanceof Arithmetic sum) {
            Object left = value(sum.left(), model, event, link);
            Object right = value(sum.right(), model, event, link);
            return left instanceof Number a && right instanceof Number b ? calculate(a, sum.operation(), b) : null;
        }
        if (expression instanceof Attribute attribute) {
            return attribute(attribute, model, event, link);
        }
        if (expression instanceof ParentAttribute ofParent) {
            List<AnyValue> values = fields.values(ofParent, model);
            return values.isEmpty() ? null : boxed(values.get(0), true);
        }
        return intrinsic((Intrinsic) expression, model, event, link);
    }

    static Object constant(Operand operand) {
        if (operand instanceof Operand.Text text) {
            return text.value();
        }
        if (operand instanceof Operand.Whole whole) {
            return whole.duration() ? new Nanos(whole.value()) : (Object) whole.value();
        }
        if (operand instanceof Operand.Fraction fraction) {
            return fraction.value();
        }
        if (operand instanceof Operand.Truth truth) {
            return truth.value();
        }
        return operand instanceof Operand.OfStatus status
                ? new Code(true, status.value().ordinal())
                : new Code(false, ((Operand.OfKind) operand).value().ordinal());
    }

    static Number calculate(Number left, Operation operation, Number right) {
        boolean division = operation == Operation.DIVIDE || operation == Operation.MODULO;
        if (division && right.doubleValue() == 0) {
            return null;
        }
        double a = left.doubleValue();
        double b = right.doubleValue();
        double rounded = switch (operation) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MODULO -> a % b;
            case POWER -> Math.pow(a, b);
        };
        boolean integers = left instanceof Long && right instanceof Long;
        boolean exactTime = isWhole(left)
                && isWhole(right)
                && List.of(Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY, Operation.MODULO)
                        .contains(operation);
        if (!integers && !exactTime) {
            return rounded;
        }
        BigInteger exact = exact(BigInteger.valueOf(left.longValue()), operation, right.longValue());
        Number number = exact != null && exact.bitLength() < 64 ? (Number) exact.longValue() : (Number) rounded;
        return integers ? number : nanos(number);
    }

    static Number nanos(Number number) {
        return number instanceof Long whole ? new Nanos(whole) : number;
    }

    private static BigInteger exact(BigInteger left, Operation operation, long right) {
        BigInteger other = BigInteger.valueOf(right);
        return switch (operation) {
            case ADD -> left.add(other);
            case SUBTRACT -> left.subtract(other);
            case MULTIPLY -> left.multiply(other);
            case DIVIDE -> left.divide(other);
            case MODULO -> left.remainder(other);
            case POWER -> {
                boolean small = left.abs().compareTo(BigInteger.ONE) <= 0;
                yield right < 0 || right > 64 && !small
                        ? null
                        : left.pow(right > 64 ? (int) (64 + right % 2) : (int) right);
            }
        };
    }

    private static Number narrowed(BigInteger value) {
        return value.bitLength() < 64 ? (Number) value.longValue() : (Number) value.doubleValue();
    }

    static Number unsigned(long value) {
        BigInteger big = BigInteger.valueOf(value);
        return narrowed(big.signum() < 0 ? big.add(TWO_TO_64) : big);
    }

    private static Object attribute(Attribute attribute, ModelSpan model, Span.Event event, Span.Link link) {
        AttributeScope scope = attribute.scope();
        if (scope == AttributeScope.ANY) {
            for (AttributeScope place : AttributeScope.values()) {
                Attribute there = new Attribute(place, attribute.key());
                if (place != AttributeScope.ANY
                        && !NaiveEvaluator.attributeValues(place, attribute.key(), model)
                                .isEmpty()) {
                    return attribute(there, model, event, link);
                }
            }
            return null;
        }
        List<KeyValue> list = switch (scope) {
            case SPAN -> model.span().getAttributesList();
            case RESOURCE -> model.resource().getAttributesList();
            case INSTRUMENTATION -> model.scope().getAttributesList();
            case EVENT -> event == null ? List.of() : event.getAttributesList();
            default -> link == null ? List.of() : link.getAttributesList();
        };
        for (KeyValue one : list) {
            if (one.getKey().equals(attribute.key())) {
                return boxed(one.getValue(), true);
            }
        }
        return null;
    }

    private static Object boxed(AnyValue value, boolean arrays) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case BOOL_VALUE -> value.getBoolValue();
            case ARRAY_VALUE ->
                !arrays
                        ? null
                        : value.getArrayValue().getValuesList().stream()
                                .map(element -> boxed(element, false))
                                .filter(Objects::nonNull)
                                .toList();
            default -> null;
        };
    }

    private Object intrinsic(Intrinsic field, ModelSpan model, Span.Event event, Span.Link link) {
        Span span = model.span();
        return switch (field) {
            case KIND -> new Code(false, span.getKindValue());
            case STATUS -> new Code(true, span.getStatus().getCodeValue());
            case START -> unsigned(span.getStartTimeUnixNano());
            case END -> unsigned(span.getEndTimeUnixNano());
            case EVENT_NAME -> event == null ? null : event.getName();
            case EVENT_TIME_SINCE_START ->
                event == null || event.getTimeUnixNano() == 0 || span.getStartTimeUnixNano() == 0
                        ? null
                        : new Nanos(event.getTimeUnixNano() - span.getStartTimeUnixNano());
            case LINK_TRACE_ID -> link == null ? null : NaiveEvaluator.hex(link.getTraceId());
            case LINK_SPAN_ID -> link == null ? null : NaiveEvaluator.hex(link.getSpanId());
            default -> {
                List<AnyValue> values = fields.compared(field, model);
                Object value = values.isEmpty() ? null : boxed(values.get(0), true);
                yield field.isDuration() && value instanceof Number number ? nanos(number) : value;
            }
        };
    }
}
