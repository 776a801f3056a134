package io.offspan.codec.otlp;

import io.offspan.codec.span.AttributeOwner;
import io.offspan.codec.span.AttributePolicy;
import io.offspan.codec.span.KeyRule;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a policy leaves of a request, worked out on messages; and how many attributes it takes away or masks. */
final class RedactionModel {
    private final AttributePolicy policy;
    long removed;
    long masked;

    RedactionModel(AttributePolicy policy) {
        this.policy = policy;
    }

    ExportTraceServiceRequest of(ExportTraceServiceRequest request) {
        ExportTraceServiceRequest.Builder made = request.toBuilder();
        for (ResourceSpans.Builder resource : made.getResourceSpansBuilderList()) {
            if (resource.hasResource()) {
                List<KeyValue> left =
                        left(AttributeOwner.RESOURCE, resource.getResource().getAttributesList());
                resource.getResourceBuilder().clearAttributes().addAllAttributes(left);
            }
            for (ScopeSpans.Builder scope : resource.getScopeSpansBuilderList()) {
                if (scope.hasScope()) {
                    List<KeyValue> left =
                            left(AttributeOwner.SCOPE, scope.getScope().getAttributesList());
                    scope.getScopeBuilder().clearAttributes().addAllAttributes(left);
                }
                scope.getSpansBuilderList().forEach(this::span);
            }
        }
        return made.build();
    }

    private void span(Span.Builder span) {
        List<KeyValue> left = left(AttributeOwner.SPAN, span.getAttributesList());
        span.clearAttributes().addAllAttributes(left);
        for (Span.Event.Builder event : span.getEventsBuilderList()) {
            List<KeyValue> ofEvent = left(AttributeOwner.EVENT, event.getAttributesList());
            event.clearAttributes().addAllAttributes(ofEvent);
        }
        for (Span.Link.Builder link : span.getLinksBuilderList()) {
            List<KeyValue> ofLink = left(AttributeOwner.LINK, link.getAttributesList());
            link.clearAttributes().addAllAttributes(ofLink);
        }
    }

    private List<KeyValue> left(AttributeOwner owner, List<KeyValue> attributes) {
        List<KeyValue> left = new ArrayList<>();
        for (KeyValue attribute : attributes) {
            KeyRule rule = policy.concerns(owner) ? policy.rule(owner, attribute.getKey()) : KeyRule.KEEP;
            List<String> texts = texts(attribute.getValue());
            if (rule == KeyRule.REMOVE || texts.stream().anyMatch(text -> rule.apply(text) == null)) {
                removed++;
            } else if (texts.stream().allMatch(text -> text.equals(rule.apply(text)))) {
                left.add(attribute);
            } else {
                masked++;
                left.add(attribute.toBuilder()
                        .setValue(AnyValue.newBuilder().setStringValue(instead(attribute.getValue(), rule, texts)))
                        .build());
            }
        }
        return left;
    }

    private static String instead(AnyValue value, KeyRule rule, List<String> texts) {
        return switch (value.getValueCase()) {
            case STRING_VALUE, INT_VALUE, DOUBLE_VALUE, BOOL_VALUE -> Objects.requireNonNull(rule.apply(texts.get(0)));
            default -> AttributePolicy.MASK;
        };
    }

    private static List<String> texts(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> List.of(value.getStringValue());
            case BOOL_VALUE -> List.of(String.valueOf(value.getBoolValue()));
            case INT_VALUE -> List.of(String.valueOf(value.getIntValue()));
            case DOUBLE_VALUE -> List.of(text(value.getDoubleValue()));
            case BYTES_VALUE -> List.of(value.getBytesValue().toStringUtf8());
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .flatMap(inner -> texts(inner).stream())
                        .toList();
            case KVLIST_VALUE -> {
                List<String> texts = new ArrayList<>();
                for (KeyValue inner : value.getKvlistValue().getValuesList()) {
                    if (!inner.getKey().isEmpty()) {
                        texts.add(inner.getKey());
                    }
                    texts.addAll(texts(inner.getValue()));
                }
                yield texts;
            }
            default -> List.of();
        };
    }

    private static String text(double number) {
        boolean whole = Math.abs(number) <= 1L << 53 && number == Math.floor(number);
        return whole ? new BigDecimal(number).toPlainString() : String.valueOf(number);
    }
}
