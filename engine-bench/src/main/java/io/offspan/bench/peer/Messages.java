package io.offspan.bench.peer;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;

/** OTLP requests as protobuf-java reads them, for stores that do not read OTLP themselves. */
public final class Messages {
    private Messages() {}

    /** Takes one span of a request. */
    @FunctionalInterface
    public interface Visitor {
        void span(String service, Span span) throws Exception;
    }

    /** Parses a request and hands out its spans. */
    public static void visit(byte[] request, Visitor visitor) throws Exception {
        for (ResourceSpans resource :
                ExportTraceServiceRequest.parseFrom(request).getResourceSpansList()) {
            String service = text(resource.getResource().getAttributesList(), "service.name");
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    visitor.span(service, span);
                }
            }
        }
    }

    /** Returns the text of an attribute, empty when there is none. */
    public static String text(List<KeyValue> attributes, String key) {
        for (KeyValue attribute : attributes) {
            if (attribute.getKey().equals(key)) {
                return attribute.getValue().getStringValue();
            }
        }
        return "";
    }

    /** Returns eight bytes of an id as a number, the most significant one first. */
    public static long word(ByteString id, int from) {
        long word = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            word = word << 8 | (id.byteAt(i) & 0xff);
        }
        return word;
    }

    /** Returns how long a span took. */
    public static long durationNanos(Span span) {
        return span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
    }
}
