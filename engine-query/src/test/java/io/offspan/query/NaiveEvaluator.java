package io.offspan.query;

import com.google.protobuf.ByteString;
import io.offspan.query.ast.Absent;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Exists;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Or;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What a filter means, said a second time and without regard to speed: a walk over protobuf's own objects, with big numbers
 * and the JDK's expressions. Shares nothing with the production code but the filter.
 */
final class NaiveEvaluator {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
    private static final AnyValue TRUE =
            AnyValue.newBuilder().setBoolValue(true).build();

    private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

    private final NaiveExpressions expressions = new NaiveExpressions(this);
    private final NaiveTraces traces;

    /** Evaluates filters that look at spans alone. */
    NaiveEvaluator() {
        this(new NaiveTraces(List.of()));
    }

    NaiveEvaluator(NaiveTraces traces) {
        this.traces = traces;
    }

    boolean passes(Filter filter, ModelSpan span) {
        if (filter instanceof And and) {
            return and.filters().stream().allMatch(part -> passes(part, span));
        }
        if (filter instanceof Or or) {
            return or.filters().stream().anyMatch(part -> passes(part, span));
        }
        if (filter instanceof Not not) {
            return !passes(not.filter(), span);
        }
        if (filter instanceof Exists exists) {
            return !values(exists.field(), span).isEmpty();
        }
        if (filter instanceof Absent absent) {
            return values(absent.field(), span).isEmpty();
        }
        if (filter instanceof Relation relation) {
            return expressions.passes(relation, span);
        }
        return comparison((Comparison) filter, span);
    }

    private boolean comparison(Comparison comparison, ModelSpan span) {
        Operator operator = comparison.operator();
        Operand operand = comparison.operand();
        if (operand instanceof Operand.OfKind kind) {
            boolean same = span.span().getKindValue() == kind.value().ordinal();
            return operator == Operator.EQUAL ? same : !same;
        }
        if (operand instanceof Operand.OfStatus status) {
            boolean same =
                    span.span().getStatus().getCodeValue() == status.value().ordinal();
            return operator == Operator.EQUAL ? same : !same;
        }
        if (comparison.field() == Intrinsic.START) {
            return unsigned(span.span().getStartTimeUnixNano(), operator, operand);
        }
        if (comparison.field() == Intrinsic.END) {
            return unsigned(span.span().getEndTimeUnixNano(), operator, operand);
        }
        if (isId(comparison.field()) && operand instanceof Operand.Text text && !operator.isPattern()) {
            operand = new Operand.Text(text.value().toLowerCase(java.util.Locale.ROOT));
        }
        for (AnyValue value : compared(comparison.field(), span)) {
            if (value(value, operator, operand)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isId(Field field) {
        return List.of(
                        Intrinsic.TRACE_ID,
                        Intrinsic.SPAN_ID,
                        Intrinsic.PARENT_ID,
                        Intrinsic.LINK_TRACE_ID,
                        Intrinsic.LINK_SPAN_ID)
                .contains(field);
    }

    /** The values of a field in a comparison, in which a missing text or id is empty. */
    List<AnyValue> compared(Field field, ModelSpan model) {
        List<AnyValue> there = values(field, model);
        if (field == Intrinsic.SERVICE) {
            there = there.stream().filter(AnyValue::hasStringValue).toList();
        }
        if (field == Intrinsic.LINK_TRACE_ID || field == Intrinsic.LINK_SPAN_ID) {
            boolean trace = field == Intrinsic.LINK_TRACE_ID;
            return model.span().getLinksList().stream()
                    .map(link -> id(trace ? link.getTraceId() : link.getSpanId()))
                    .toList();
        }
        boolean emptyWithout = List.of(
                        Intrinsic.STATUS_MESSAGE,
                        Intrinsic.SERVICE,
                        Intrinsic.SCOPE_NAME,
                        Intrinsic.SCOPE_VERSION,
                        Intrinsic.PARENT_ID,
                        Intrinsic.TRACE_ROOT_NAME,
                        Intrinsic.TRACE_ROOT_SERVICE)
                .contains(field);
        return there.isEmpty() && emptyWithout ? List.of(text("")) : there;
    }

    /** The values of a field, of which one has to satisfy a comparison. */
    List<AnyValue> values(Field field, ModelSpan model) {
        if (field instanceof Attribute attribute) {
            return attributeValues(attribute.scope(), attribute.key(), model);
        }
        if (field instanceof ParentAttribute ofParent) {
            ModelSpan parent = traces.parentOfFirst(model);
            List<AnyValue> all = parent == null
                    ? List.of()
                    : attributeValues(ofParent.of().scope(), ofParent.of().key(), parent);
            return all.stream().limit(1).toList();
        }
        Span span = model.span();
        return switch ((Intrinsic) field) {
            case TRACE_ID -> List.of(id(span.getTraceId()));
            case SPAN_ID -> List.of(id(span.getSpanId()));
            case PARENT_ID -> span.getParentSpanId().isEmpty() ? List.of() : List.of(id(span.getParentSpanId()));
            case NAME -> List.of(text(span.getName()));
            case KIND, STATUS, START, END -> List.of(TRUE);
            case STATUS_MESSAGE -> unlessEmpty(span.getStatus().getMessage());
            case DURATION -> model.hasEnd() ? List.of(number(model.durationNanos())) : List.of();
            case SERVICE -> attributeValues(AttributeScope.RESOURCE, "service.name", model);
            case SCOPE_NAME -> unlessEmpty(model.scope().getName());
            case SCOPE_VERSION -> unlessEmpty(model.scope().getVersion());
            case EVENT_NAME ->
                span.getEventsList().stream()
                        .map(event -> text(event.getName()))
                        .toList();
            case EVENT_TIME_SINCE_START ->
                span.getEventsList().stream()
                        .filter(event -> event.getTimeUnixNano() != 0 && span.getStartTimeUnixNano() != 0)
                        .map(event -> number(event.getTimeUnixNano() - span.getStartTimeUnixNano()))
                        .toList();
            case LINK_TRACE_ID ->
                span.getLinksList().stream()
                        .filter(link -> !link.getTraceId().isEmpty())
                        .map(link -> id(link.getTraceId()))
                        .toList();
            case LINK_SPAN_ID ->
                span.getLinksList().stream()
                        .filter(link -> !link.getSpanId().isEmpty())
                        .map(link -> id(link.getSpanId()))
                        .toList();
            case CHILD_COUNT -> List.of(number(traces.children(model)));
            case NESTED_SET_PARENT -> List.of(number(traces.nestedSet(model)[0]));
            case NESTED_SET_LEFT -> List.of(number(traces.nestedSet(model)[1]));
            case NESTED_SET_RIGHT -> List.of(number(traces.nestedSet(model)[2]));
            case TRACE_ROOT_NAME -> orNone(traces.rootName(model));
            case TRACE_ROOT_SERVICE -> orNone(traces.rootService(model));
            case TRACE_DURATION -> {
                Number duration = traces.duration(model);
                yield duration == null ? List.of() : List.of(number(duration));
            }
        };
    }

    static List<AnyValue> attributeValues(AttributeScope scope, String key, ModelSpan model) {
        List<AnyValue> found = new ArrayList<>();
        switch (scope) {
            case SPAN -> first(model.span().getAttributesList(), key, found);
            case RESOURCE -> first(model.resource().getAttributesList(), key, found);
            case INSTRUMENTATION -> first(model.scope().getAttributesList(), key, found);
            case EVENT -> model.span().getEventsList().forEach(event -> first(event.getAttributesList(), key, found));
            case LINK -> model.span().getLinksList().forEach(link -> first(link.getAttributesList(), key, found));
            case ANY -> {
                for (AttributeScope place : AttributeScope.values()) {
                    if (place != AttributeScope.ANY && found.isEmpty()) {
                        found.addAll(attributeValues(place, key, model));
                    }
                }
            }
        }
        return found;
    }

    private static void first(List<KeyValue> attributes, String key, List<AnyValue> found) {
        for (KeyValue attribute : attributes) {
            if (attribute.getKey().equals(key)) {
                found.add(attribute.getValue());
                return;
            }
        }
    }

    private boolean value(AnyValue value, Operator operator, Operand operand) {
        if (!value.hasArrayValue()) {
            return scalar(value, operator, operand);
        }
        List<AnyValue> elements = value.getArrayValue().getValuesList();
        if (!operator.isNegated()) {
            return elements.stream().anyMatch(element -> scalar(element, operator, operand));
        }
        Operator plain = operator == Operator.NOT_EQUAL ? Operator.EQUAL : Operator.MATCHES;
        return elements.stream().anyMatch(element -> comparable(element, operand))
                && elements.stream().noneMatch(element -> scalar(element, plain, operand));
    }

    private static boolean comparable(AnyValue value, Operand operand) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> operand instanceof Operand.Text;
            case INT_VALUE, DOUBLE_VALUE -> operand instanceof Operand.Whole || operand instanceof Operand.Fraction;
            case BOOL_VALUE -> operand instanceof Operand.Truth;
            default -> false;
        };
    }

    private boolean scalar(AnyValue value, Operator operator, Operand operand) {
        if (!comparable(value, operand)) {
            return false;
        }
        if (operand instanceof Operand.Truth truth) {
            return (value.getBoolValue() == truth.value()) == (operator == Operator.EQUAL);
        }
        if (operand instanceof Operand.Text text) {
            return text(value.getStringValue(), operator, text.value());
        }
        return holds(operator, compare(value, operand));
    }

    private boolean text(String value, Operator operator, String operand) {
        if (operator.isPattern()) {
            Pattern pattern =
                    patterns.computeIfAbsent(operand, key -> Pattern.compile(key, Pattern.UNIX_LINES | Pattern.DOTALL));
            return pattern.matcher(value).matches() == (operator == Operator.MATCHES);
        }
        return holds(
                operator,
                OptionalInt.of(Arrays.compareUnsigned(
                        value.getBytes(StandardCharsets.UTF_8), operand.getBytes(StandardCharsets.UTF_8))));
    }

    private static boolean unsigned(long value, Operator operator, Operand operand) {
        BigDecimal left = new BigDecimal(unsigned(value));
        if (operand instanceof Operand.Whole whole) {
            return holds(operator, OptionalInt.of(left.compareTo(new BigDecimal(unsigned(whole.value())))));
        }
        return holds(operator, compare(left, ((Operand.Fraction) operand).value()));
    }

    private static BigInteger unsigned(long value) {
        BigInteger big = BigInteger.valueOf(value);
        return big.signum() < 0 ? big.add(TWO_TO_64) : big;
    }

    private static OptionalInt compare(AnyValue value, Operand operand) {
        if (value.hasIntValue()) {
            BigDecimal left = BigDecimal.valueOf(value.getIntValue());
            return operand instanceof Operand.Whole whole
                    ? OptionalInt.of(left.compareTo(BigDecimal.valueOf(whole.value())))
                    : compare(left, ((Operand.Fraction) operand).value());
        }
        double left = value.getDoubleValue();
        if (operand instanceof Operand.Whole whole) {
            OptionalInt mirrored = compare(BigDecimal.valueOf(whole.value()), left);
            return mirrored.isEmpty() ? mirrored : OptionalInt.of(-mirrored.getAsInt());
        }
        double right = ((Operand.Fraction) operand).value();
        if (Double.isNaN(left) || Double.isNaN(right)) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(left == right ? 0 : left < right ? -1 : 1);
    }

    private static OptionalInt compare(BigDecimal left, double right) {
        if (Double.isNaN(right)) {
            return OptionalInt.empty();
        }
        if (Double.isInfinite(right)) {
            return OptionalInt.of(right > 0 ? -1 : 1);
        }
        return OptionalInt.of(left.compareTo(new BigDecimal(right)));
    }

    private static boolean holds(Operator operator, OptionalInt order) {
        if (order.isEmpty()) {
            return operator == Operator.NOT_EQUAL;
        }
        int sign = Integer.signum(order.getAsInt());
        return switch (operator) {
            case EQUAL -> sign == 0;
            case NOT_EQUAL -> sign != 0;
            case LESS -> sign == -1;
            case LESS_OR_EQUAL -> sign != 1;
            case GREATER -> sign == 1;
            case GREATER_OR_EQUAL -> sign != -1;
            default -> throw new AssertionError(operator);
        };
    }

    private static AnyValue number(Number value) {
        return value instanceof Long whole
                ? AnyValue.newBuilder().setIntValue(whole).build()
                : AnyValue.newBuilder().setDoubleValue(value.doubleValue()).build();
    }

    private static List<AnyValue> orNone(String text) {
        return text == null ? List.of() : List.of(text(text));
    }

    static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static AnyValue id(ByteString bytes) {
        return text(hex(bytes));
    }

    private static AnyValue text(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }

    private static List<AnyValue> unlessEmpty(String text) {
        return text.isEmpty() ? List.of() : List.of(text(text));
    }
}
