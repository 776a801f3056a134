package io.offspan.testkit.receiver;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Map;

/**
 * A request as it was read.
 *
 * @param method the method of HTTP
 * @param path the path, with what comes after a question mark
 * @param headers the headers by their names in small letters
 * @param bodyBytes how long the body was as it came
 * @param message the body, unpacked and parsed
 */
public record Received(
        String method, String path, Map<String, String> headers, int bodyBytes, ExportTraceServiceRequest message) {
    /** Returns the spans of all resources and scopes, in order. */
    public List<Span> spans() {
        return message.getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /** Returns the span ids as big-endian numbers. */
    public List<Long> ids() {
        return spans().stream()
                .map(span -> span.getSpanId().asReadOnlyByteBuffer().getLong())
                .toList();
    }
}
