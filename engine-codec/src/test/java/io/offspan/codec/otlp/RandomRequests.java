package io.offspan.codec.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.EntityRef;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Makes requests of every shape from a seed.
 *
 * <p>Protobuf-java refuses text that is not UTF-8, so such text is made as a marker; {@link #damageText} puts malformed bytes
 * in its place and {@link #restoreText} takes them out again.
 */
final class RandomRequests {
    private static final byte[] MARKER = "~%bad%~".getBytes(StandardCharsets.UTF_8);
    private static final byte[] MALFORMED = {(byte) 0xc3, 0x28, (byte) 0xff, (byte) 0xed, (byte) 0xa0, (byte) 0x80, 0x00
    };
    private static final String[] WORDS = {
        "",
        "a",
        "GET",
        "http.method",
        "/cart/{id}",
        "é",
        "naïve café",
        "日本語",
        "👩‍🚀 in space",
        "\0",
        "~%bad%~",
        "x~%bad%~"
    };
    private static final int[] NUMBERS = {0, 1, 2, 3, 5, 6, 14, 15, 16, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final long[] LONGS = {
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        32767,
        32768,
        1L << 31,
        -(1L << 31),
        -(1L << 31) - 1,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final Random random;
    /** Whether everything can also be said by calls to a draft: no dictionary references, no missing or malformed parts. */
    private final boolean plain;

    RandomRequests(long seed, boolean plain) {
        random = new Random(seed);
        this.plain = plain;
    }

    static byte[] damageText(byte[] request) {
        return replace(request, MARKER, MALFORMED);
    }

    static byte[] restoreText(byte[] request) {
        return replace(request, MALFORMED, MARKER);
    }

    private static byte[] replace(byte[] in, byte[] from, byte[] to) {
        byte[] out = in.clone();
        for (int i = 0; i + from.length <= out.length; i++) {
            if (java.util.Arrays.equals(out, i, i + from.length, from, 0, from.length)) {
                System.arraycopy(to, 0, out, i, to.length);
            }
        }
        return out;
    }

    ExportTraceServiceRequest next() {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            ResourceSpans.Builder resource = ResourceSpans.newBuilder().setSchemaUrl(text());
            if (random.nextInt(4) > 0) {
                resource.setResource(resource());
            }
            for (int j = random.nextInt(4); j > 0; j--) {
                resource.addScopeSpans(scopeSpans());
            }
            request.addResourceSpans(resource);
        }
        return request.build();
    }

    private ScopeSpans scopeSpans() {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder().setSchemaUrl(text());
        if (random.nextInt(4) > 0) {
            InstrumentationScope.Builder content = InstrumentationScope.newBuilder();
            content.setName(text()).setVersion(text()).setDroppedAttributesCount(number());
            for (int i = small(); i > 0; i--) {
                content.addAttributes(keyValue(2));
            }
            scope.setScope(random.nextInt(4) > 0 ? content.build() : InstrumentationScope.getDefaultInstance());
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            scope.addSpans(span());
        }
        return scope.build();
    }

    private Resource resource() {
        Resource.Builder resource = Resource.newBuilder();
        if (random.nextInt(4) > 0) {
            resource.setDroppedAttributesCount(number());
            for (int i = small(); i > 0; i--) {
                resource.addAttributes(keyValue(2));
            }
            if (random.nextBoolean()) {
                resource.addEntityRefs(EntityRef.newBuilder().setType(text()).addIdKeys(text()));
            }
        }
        return resource.build();
    }

    Span span() {
        Span.Builder span = Span.newBuilder()
                .setTraceId(id(16))
                .setSpanId(id(8))
                .setTraceState(rarely() ? text() : "")
                .setName(text())
                .setKindValue(rarely() ? number() : random.nextInt(6))
                .setStartTimeUnixNano(time())
                .setEndTimeUnixNano(time())
                .setFlags(rarely() ? number() : random.nextInt(2));
        if (random.nextBoolean()) {
            span.setParentSpanId(rarely() ? ByteString.copyFrom(new byte[8]) : id(8));
        }
        for (int i = attributeCount(); i > 0; i--) {
            span.addAttributes(keyValue(3));
        }
        for (int i = rarely() ? random.nextInt(40) : small(); i > 0; i--) {
            span.addEvents(event());
        }
        for (int i = small(); i > 0; i--) {
            span.addLinks(link());
        }
        if (rarely()) {
            span.setDroppedAttributesCount(number())
                    .setDroppedEventsCount(number())
                    .setDroppedLinksCount(number());
        }
        if (random.nextBoolean()) {
            Status.Builder status = Status.newBuilder();
            status.setCodeValue(rarely() ? number() : random.nextInt(3)).setMessage(rarely() ? text() : "");
            span.setStatus(status);
        }
        return span.build();
    }

    private Span.Event event() {
        Span.Event.Builder event =
                Span.Event.newBuilder().setTimeUnixNano(time()).setName(text());
        event.setDroppedAttributesCount(rarely() ? number() : 0);
        for (int i = small(); i > 0; i--) {
            event.addAttributes(keyValue(2));
        }
        return event.build();
    }

    private Span.Link link() {
        Span.Link.Builder link = Span.Link.newBuilder().setFlags(rarely() ? number() : 0);
        link.setDroppedAttributesCount(rarely() ? number() : 0).setTraceState(rarely() ? text() : "");
        if (random.nextInt(8) > 0) {
            link.setTraceId(id(16));
        }
        if (random.nextInt(8) > 0) {
            link.setSpanId(id(8));
        }
        for (int i = small(); i > 0; i--) {
            link.addAttributes(keyValue(2));
        }
        return link.build();
    }

    private KeyValue keyValue(int depth) {
        KeyValue.Builder pair = KeyValue.newBuilder();
        pair.setKey(
                random.nextBoolean()
                        ? WORDS[random.nextInt(plain ? 10 : WORDS.length)]
                        : "key." + random.nextInt(2000));
        if (!plain && rarely()) {
            pair.setKeyStrindex(number());
        }
        if (plain || random.nextInt(10) > 0) {
            pair.setValue(value(depth));
        }
        return pair.build();
    }

    private AnyValue value(int depth) {
        AnyValue.Builder value = AnyValue.newBuilder();
        switch (random.nextInt(depth > 0 ? 14 : 10)) {
            case 0 -> value.setBoolValue(random.nextBoolean());
            case 1 -> value.setDoubleValue(rarely() ? Double.NaN : random.nextGaussian());
            case 2 -> value.setBytesValue(bytes(random.nextInt(300)));
            case 3 -> value.setIntValue(LONGS[random.nextInt(LONGS.length)]);
            case 4 -> value.setIntValue(random.nextInt(600));
            case 5 -> value.setIntValue(random.nextLong());
            case 6 -> {}
            case 7, 8, 9 -> value.setStringValue(text());
            case 10, 11 -> {
                ArrayValue.Builder array = ArrayValue.newBuilder();
                for (int i = small(); i > 0; i--) {
                    array.addValues(value(depth - 1));
                }
                value.setArrayValue(array);
            }
            case 12 -> {
                KeyValueList.Builder list = KeyValueList.newBuilder();
                for (int i = small(); i > 0; i--) {
                    list.addValues(keyValue(depth - 1));
                }
                value.setKvlistValue(list);
            }
            default -> value.setStringValueStrindex(number());
        }
        return value.build();
    }

    private String text() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> WORDS[random.nextInt(plain ? 10 : WORDS.length)];
            case 4 -> "unique-" + random.nextLong();
            case 5 -> rarely() ? "ü".repeat(random.nextInt(20_000)) : "a".repeat(random.nextInt(400));
            default -> WORDS[2 + random.nextInt(3)];
        };
    }

    private int attributeCount() {
        if (random.nextInt(60) == 0) {
            return random.nextInt(1001);
        }
        return random.nextInt(12);
    }

    private int small() {
        return Math.max(0, random.nextInt(6) - 2);
    }

    private boolean rarely() {
        return random.nextInt(6) == 0;
    }

    private int number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private long time() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextLong() | 1L << 63;
            case 2 -> -1L;
            default -> 1_700_000_000_000_000_000L + random.nextInt();
        };
    }

    private ByteString id(int length) {
        return bytes(length);
    }

    private ByteString bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
