package io.offspan.server.json;

import static io.offspan.server.json.OtlpField.list;
import static io.offspan.server.json.OtlpField.of;

import io.offspan.server.json.OtlpField.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The messages of OTLP that a request with spans consists of, and their fields. */
enum OtlpMessage {
    REQUEST,
    RESOURCE_SPANS,
    RESOURCE,
    SCOPE_SPANS,
    SCOPE,
    SPAN,
    EVENT,
    LINK,
    STATUS,
    KEY_VALUE,
    ANY_VALUE,
    ARRAY,
    KEY_VALUES;

    private static final List<String> KINDS = List.of(
            "SPAN_KIND_UNSPECIFIED",
            "SPAN_KIND_INTERNAL",
            "SPAN_KIND_SERVER",
            "SPAN_KIND_CLIENT",
            "SPAN_KIND_PRODUCER",
            "SPAN_KIND_CONSUMER");
    private static final List<String> CODES = List.of("STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR");

    static {
        REQUEST.has(list(1, "resourceSpans", RESOURCE_SPANS));
        RESOURCE_SPANS.has(
                of(1, "resource", RESOURCE), list(2, "scopeSpans", SCOPE_SPANS), of(3, "schemaUrl", Kind.TEXT));
        RESOURCE.has(list(1, "attributes", KEY_VALUE), of(2, "droppedAttributesCount", Kind.UINT32));
        SCOPE_SPANS.has(of(1, "scope", SCOPE), list(2, "spans", SPAN), of(3, "schemaUrl", Kind.TEXT));
        SCOPE.has(
                of(1, "name", Kind.TEXT),
                of(2, "version", Kind.TEXT),
                list(3, "attributes", KEY_VALUE),
                of(4, "droppedAttributesCount", Kind.UINT32));
        SPAN.has(
                of(1, "traceId", Kind.ID),
                of(2, "spanId", Kind.ID),
                of(3, "traceState", Kind.TEXT),
                of(4, "parentSpanId", Kind.ID),
                of(5, "name", Kind.TEXT),
                of(6, "kind", KINDS),
                of(7, "startTimeUnixNano", Kind.FIXED64),
                of(8, "endTimeUnixNano", Kind.FIXED64),
                list(9, "attributes", KEY_VALUE),
                of(10, "droppedAttributesCount", Kind.UINT32),
                list(11, "events", EVENT),
                of(12, "droppedEventsCount", Kind.UINT32),
                list(13, "links", LINK),
                of(14, "droppedLinksCount", Kind.UINT32),
                of(15, "status", STATUS),
                of(16, "flags", Kind.FIXED32));
        EVENT.has(
                of(1, "timeUnixNano", Kind.FIXED64),
                of(2, "name", Kind.TEXT),
                list(3, "attributes", KEY_VALUE),
                of(4, "droppedAttributesCount", Kind.UINT32));
        LINK.has(
                of(1, "traceId", Kind.ID),
                of(2, "spanId", Kind.ID),
                of(3, "traceState", Kind.TEXT),
                list(4, "attributes", KEY_VALUE),
                of(5, "droppedAttributesCount", Kind.UINT32),
                of(6, "flags", Kind.FIXED32));
        STATUS.has(of(2, "message", Kind.TEXT), of(3, "code", CODES));
        KEY_VALUE.has(of(1, "key", Kind.TEXT), of(2, "value", ANY_VALUE));
        ANY_VALUE.has(
                of(1, "stringValue", Kind.TEXT),
                of(2, "boolValue", Kind.BOOL),
                of(3, "intValue", Kind.INT64),
                of(4, "doubleValue", Kind.DOUBLE),
                of(5, "arrayValue", ARRAY),
                of(6, "kvlistValue", KEY_VALUES),
                of(7, "bytesValue", Kind.BYTES));
        ARRAY.has(list(1, "values", ANY_VALUE));
        KEY_VALUES.has(list(1, "values", KEY_VALUE));
    }

    private final Map<String, OtlpField> byName = new HashMap<>();
    private final Map<Integer, OtlpField> byNumber = new HashMap<>();

    private void has(OtlpField... fields) {
        for (OtlpField field : fields) {
            byName.put(field.name(), field);
            byName.put(field.snakeName(), field);
            byNumber.put(field.number(), field);
        }
    }

    /** Returns a field by its name in either spelling, or null. */
    @Nullable
    OtlpField field(String name) {
        return byName.get(name);
    }

    /** Returns a field by its number, or null. */
    @Nullable
    OtlpField field(int number) {
        return byNumber.get(number);
    }

    /** Tells whether a field says something by being there: one of several, of which a value has one. */
    boolean isChoice() {
        return this == ANY_VALUE;
    }
}
