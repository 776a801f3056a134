package io.offspan.cli;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.Random;

/** Requests with every field that OTLP has, at random. */
final class RandomRequests {
    private static final String[] TEXTS = {
        "", "a", "tab\tquote\"", "Grüße", "\u0000\u001f", "😀", "\u2028", "long".repeat(80)
    };
    private static final long[] NUMBERS = {0, 1, -1, 127, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final double[] REALS = {
        0.0, -0.0, 1.5, 1e-310, Double.MAX_VALUE, Double.NaN, Double.NEGATIVE_INFINITY, 0.1 + 0.2
    };

    private final Random random;

    RandomRequests(long seed) {
        random = new Random(seed);
    }

    /** Makes a request whose spans are all of one trace. */
    ExportTraceServiceRequest next(ByteString traceId, int spans) {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int left = spans; left > 0; ) {
            ScopeSpans.Builder scope = ScopeSpans.newBuilder()
                    .setScope(InstrumentationScope.newBuilder()
                            .setName(text())
                            .setVersion(text())
                            .addAllAttributes(attributes(2))
                            .setDroppedAttributesCount(number()))
                    .setSchemaUrl(text());
            for (int i = 1 + random.nextInt(5); i > 0 && left > 0; i--, left--) {
                scope.addSpans(span(traceId));
            }
            request.addResourceSpans(ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder()
                            .addAllAttributes(attributes(3))
                            .setDroppedAttributesCount(number()))
                    .setSchemaUrl(text())
                    .addScopeSpans(scope));
        }
        return request.build();
    }

    private Span span(ByteString traceId) {
        Span.Builder span = Span.newBuilder()
                .setTraceId(traceId)
                .setSpanId(id(8))
                .setTraceState(text())
                .setName(text())
                .setFlags(number())
                .setKindValue(random.nextInt(9))
                .setStartTimeUnixNano(random.nextLong())
                .setEndTimeUnixNano(random.nextLong())
                .addAllAttributes(attributes(6))
                .setDroppedAttributesCount(number())
                .setDroppedEventsCount(number())
                .setDroppedLinksCount(number());
        if (random.nextBoolean()) {
            span.setParentSpanId(id(8));
        }
        if (random.nextBoolean()) {
            span.setStatus(Status.newBuilder().setCodeValue(random.nextInt(4)).setMessage(text()));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            span.addEvents(Span.Event.newBuilder()
                    .setTimeUnixNano(random.nextLong())
                    .setName(text())
                    .addAllAttributes(attributes(2))
                    .setDroppedAttributesCount(number()));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            span.addLinks(Span.Link.newBuilder()
                    .setTraceId(id(16))
                    .setSpanId(id(8))
                    .setTraceState(text())
                    .setFlags(number())
                    .addAllAttributes(attributes(2))
                    .setDroppedAttributesCount(number()));
        }
        return span.build();
    }

    private Iterable<KeyValue> attributes(int most) {
        return random.ints(random.nextInt(most + 1), 0, 1)
                .mapToObj(none -> keyValue(0))
                .toList();
    }

    private KeyValue keyValue(int depth) {
        return KeyValue.newBuilder().setKey(text()).setValue(value(depth)).build();
    }

    private AnyValue value(int depth) {
        AnyValue.Builder value = AnyValue.newBuilder();
        switch (random.nextInt(depth > 3 ? 6 : 8)) {
            case 0 -> value.setStringValue(text());
            case 1 -> value.setBoolValue(random.nextBoolean());
            case 2 -> value.setIntValue(NUMBERS[random.nextInt(NUMBERS.length)]);
            case 3 -> value.setDoubleValue(REALS[random.nextInt(REALS.length)]);
            case 4 -> value.setBytesValue(id(random.nextInt(5)));
            case 5 -> value.clear();
            case 6 -> {
                ArrayValue.Builder list = ArrayValue.newBuilder();
                random.ints(random.nextInt(3), 0, 1).forEach(none -> list.addValues(value(depth + 1)));
                value.setArrayValue(list);
            }
            default -> {
                KeyValueList.Builder map = KeyValueList.newBuilder();
                random.ints(random.nextInt(3), 0, 1).forEach(none -> map.addValues(keyValue(depth + 1)));
                value.setKvlistValue(map);
            }
        }
        return value.build();
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private int number() {
        return random.nextInt(3) == 0 ? random.nextInt() : 0;
    }

    private ByteString id(int bytes) {
        byte[] id = new byte[bytes];
        random.nextBytes(id);
        return ByteString.copyFrom(id);
    }
}
