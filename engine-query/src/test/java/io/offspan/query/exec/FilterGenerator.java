package io.offspan.query.exec;

import com.google.protobuf.ByteString;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.SpanKind;
import io.offspan.query.ast.SpanStatus;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Makes filters out of what spans really hold, so that most of them let some spans pass and others not. */
final class FilterGenerator {
    private static final Operator[] ORDERS = {
        Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL
    };
    private static final AttributeScope[] SCOPES = AttributeScope.values();
    private static final Intrinsic[] INTRINSICS =
            java.util.Arrays.copyOf(Intrinsic.values(), Intrinsic.EVENT_NAME.ordinal() + 1);

    private final List<ModelSpan> spans;
    private final Random random;
    private int turn;
    private int intrinsicTurn;

    FilterGenerator(List<ModelSpan> spans, Random random) {
        this.spans = spans;
        this.random = random;
    }

    /** Returns a filter of one to five comparisons or presence tests. */
    Filter next() {
        return tree(random.nextInt(3));
    }

    /** Returns a comparison with the duration of some span. */
    Filter duration() {
        return intrinsic(Intrinsic.DURATION, spans.get(random.nextInt(spans.size())));
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
        if (random.nextInt(5) < 2) {
            return intrinsic(INTRINSICS[intrinsicTurn++ % INTRINSICS.length], span);
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
            case PARENT_ID -> span.getParentSpanId().isEmpty() ? presence(field) : id(field, span.getParentSpanId());
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
            case DURATION -> number(field, model.durationNanos());
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
            default -> throw new IllegalArgumentException(field.toString());
        };
    }

    private Filter presence(Field field) {
        return random.nextBoolean() ? field.exists() : field.isAbsent();
    }

    private Filter id(Field field, ByteString id) {
        String hex = HexFormat.of().formatHex(id.toByteArray());
        return switch (random.nextInt(4)) {
            case 0 -> field.compare(equality(), hex);
            case 1 -> field.compare(pattern(), "[0-" + hex.charAt(0) + "].*");
            default -> field.compare(order(), random.nextBoolean() ? hex : hex.toUpperCase(java.util.Locale.ROOT));
        };
    }

    private Filter maybeText(Field field, String value) {
        return value.isEmpty() ? presence(field) : text(field, value);
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
