package io.offspan.bench.yardstick;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;

/** Reads every field of every span of a parsed request, texts by their length. */
public final class MessageVisit {
    private MessageVisit() {}

    /** Adds up all fields. */
    public static long sum(ExportTraceServiceRequest request) {
        long sum = 0;
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    sum += sum(span);
                }
            }
        }
        return sum;
    }

    private static long sum(Span span) {
        long sum = span.getTraceId().byteAt(0)
                + span.getSpanId().byteAt(0)
                + span.getParentSpanId().size();
        sum += span.getStartTimeUnixNano() + span.getEndTimeUnixNano() + span.getKindValue() + span.getFlags();
        sum += span.getName().length() + sum(span.getAttributesList());
        for (Span.Event event : span.getEventsList()) {
            sum += event.getTimeUnixNano() + event.getName().length() + sum(event.getAttributesList());
        }
        for (Span.Link link : span.getLinksList()) {
            sum += sum(link.getAttributesList());
        }
        if (span.hasStatus()) {
            sum += span.getStatus().getCodeValue()
                    + span.getStatus().getMessage().length();
        }
        return sum;
    }

    private static long sum(List<KeyValue> attributes) {
        long sum = 0;
        for (KeyValue attribute : attributes) {
            sum += attribute.getKey().length();
            AnyValue value = attribute.getValue();
            switch (value.getValueCase()) {
                case STRING_VALUE -> sum += value.getStringValue().length();
                case INT_VALUE -> sum += value.getIntValue();
                case BOOL_VALUE -> sum += value.getBoolValue() ? 1 : 0;
                case DOUBLE_VALUE -> sum += Double.doubleToRawLongBits(value.getDoubleValue());
                default -> sum++;
            }
        }
        return sum;
    }
}
