package io.offspan.query;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Spans with every type of value at every place, few keys and few values, so that they meet. */
public final class RandomSpans {
    private static final String[] KEYS = {"a", "b", "c", "d.e", "service.name", "", "f g", "ключ"};
    private static final String[] TEXTS = {
        "", "a", "b", "ab", "200", "GET", "ä", "\uff5e", "\ud83d\ude00", "line\nbreak", "a.b*c", "Z"
    };
    private static final long[] NUMBERS = {
        0, 1, -1, 2, 200, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, (1L << 53) + 1, 1_000_000
    };
    private static final double[] FRACTIONS = {
        0.0, -0.0, 0.5, 1.0, 200.0, 0x1p53, 0x1p63, -0x1p63, Double.NaN, Double.POSITIVE_INFINITY, -1e300
    };
    private static final long[] TIMES = {
        0, 1, 1_000, 1_675_079_501_299_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 7, -1, -2
    };

    private final Random random;
    private final boolean unique;

    public RandomSpans(Random random) {
        this(random, true);
    }

    /** @param unique whether there are texts that hardly any other span has */
    RandomSpans(Random random, boolean unique) {
        this.random = random;
        this.unique = unique;
    }

    public List<ExportTraceServiceRequest> requests(int spans) {
        List<ExportTraceServiceRequest> requests = new ArrayList<>();
        for (int left = spans; left > 0; ) {
            ScopeSpans.Builder scope = ScopeSpans.newBuilder();
            int count = Math.min(left, 1 + random.nextInt(20));
            left -= count;
            for (int i = 0; i < count; i++) {
                scope.addSpans(span());
            }
            if (random.nextInt(4) > 0) {
                scope.setScope(InstrumentationScope.newBuilder()
                        .setName(text())
                        .setVersion(text())
                        .addAllAttributes(attributes(2)));
            }
            ResourceSpans.Builder resource = ResourceSpans.newBuilder().addScopeSpans(scope);
            if (random.nextInt(6) > 0) {
                resource.setResource(Resource.newBuilder().addAllAttributes(attributes(3)));
            }
            requests.add(ExportTraceServiceRequest.newBuilder()
                    .addResourceSpans(resource)
                    .build());
        }
        return requests;
    }

    private Span span() {
        long start = TIMES[random.nextInt(TIMES.length)] + random.nextInt(3);
        Span.Builder span = Span.newBuilder()
                .setTraceId(id(16))
                .setSpanId(id(8))
                .setName(text())
                .setKindValue(random.nextInt(20) == 0 ? 77 : random.nextInt(6))
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(random.nextInt(8) == 0 ? 0 : start + random.nextInt(2_000_000) - 500_000)
                .addAllAttributes(attributes(5));
        if (random.nextBoolean()) {
            span.setParentSpanId(id(8));
        }
        if (random.nextBoolean()) {
            Status.Builder status = Status.newBuilder().setCodeValue(random.nextInt(10) == 0 ? 9 : random.nextInt(3));
            span.setStatus(random.nextBoolean() ? status.setMessage(text()) : status);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            span.addEvents(Span.Event.newBuilder()
                    .setName(text())
                    .setTimeUnixNano(random.nextInt(8) == 0 ? 0 : start + random.nextInt(2_000_000) - 500_000)
                    .addAllAttributes(attributes(3)));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            Span.Link.Builder link = Span.Link.newBuilder().addAllAttributes(attributes(3));
            if (random.nextInt(5) > 0) {
                link.setTraceId(id(16)).setSpanId(id(8));
            }
            span.addLinks(link);
        }
        return span.build();
    }

    private List<KeyValue> attributes(int most) {
        List<KeyValue> attributes = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            KeyValue.Builder attribute = KeyValue.newBuilder().setKey(KEYS[random.nextInt(KEYS.length)]);
            attributes.add(
                    random.nextInt(30) == 0
                            ? attribute.build()
                            : attribute.setValue(value(2)).build());
        }
        return attributes;
    }

    private AnyValue value(int depth) {
        AnyValue.Builder value = AnyValue.newBuilder();
        return switch (random.nextInt(depth > 0 ? 16 : 12)) {
            case 0, 1, 2 -> value.setStringValue(text()).build();
            case 3, 4, 5 ->
                value.setIntValue(NUMBERS[random.nextInt(NUMBERS.length)]).build();
            case 6, 7 ->
                value.setDoubleValue(FRACTIONS[random.nextInt(FRACTIONS.length)])
                        .build();
            case 8, 9 -> value.setBoolValue(random.nextBoolean()).build();
            case 10 -> value.setBytesValue(id(3)).build();
            case 11 -> value.build();
            case 12 ->
                value.setKvlistValue(KeyValueList.newBuilder().addAllValues(attributes(2)))
                        .build();
            default -> array(value, depth);
        };
    }

    private AnyValue array(AnyValue.Builder value, int depth) {
        ArrayValue.Builder array = ArrayValue.newBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            array.addValues(value(depth - 1));
        }
        return value.setArrayValue(array).build();
    }

    private String text() {
        return unique && random.nextInt(4) == 0
                ? "unique-" + random.nextInt(100_000)
                : TEXTS[random.nextInt(TEXTS.length)];
    }

    private ByteString id(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (random.nextInt(3) == 0) {
            java.util.Arrays.fill(bytes, (byte) random.nextInt(3));
        }
        return ByteString.copyFrom(bytes);
    }
}
