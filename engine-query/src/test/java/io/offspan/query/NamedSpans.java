package io.offspan.query;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.Arrays;
import java.util.List;

/**
 * Three small traces that people can keep in mind.
 *
 * <pre>
 * trace 1   a web, server, 100 ms          x=1 code=200 ok t="200" list=[1,2] "odd key"=5
 *           └ b cart, client, 50 ms, error  x=2 code=500 !ok big=2^53+1; exception +5 ms y=1, retry +20 ms y=2
 *             └ c cart, internal, 10 ms     x=2.0 dur=10 ms; link to e
 * trace 2   (missing)                       without a root
 *           └ d db, internal, 30 ms, ok     zero=0 y=1; resource x=9
 *             └ e db, producer, 300 ms      x="1" list=["p","q"]; exception +1 ms; resource x=9
 * trace 3   f web, unspecified, 5 ms
 *           └ h web, consumer, 1 ms         scope lib 1.0 s=1; link to a x=3
 *           g cart, internal, 8 ms          x=7 neg=-7; resource region="eu"
 * </pre>
 */
final class NamedSpans {
    private static final long MS = 1_000_000;
    private static final Envelope WEB = resource(text("service.name", "web"), text("region", "us"));
    private static final Envelope CART = resource(text("service.name", "cart"));
    private static final Envelope CART_EU = resource(text("service.name", "cart"), text("region", "eu"));
    private static final Envelope DB = resource(text("service.name", "db"), whole("x", 9));

    private NamedSpans() {}

    static TestBlocks blocks(int spansPerBlock) {
        return new TestBlocks(spansPerBlock)
                .add(NamedSpans::h)
                .add(NamedSpans::c)
                .add(NamedSpans::d)
                .add(NamedSpans::b)
                .add(NamedSpans::g)
                .add(NamedSpans::e)
                .add(NamedSpans::a)
                .add(NamedSpans::f);
    }

    private static SpanDraft span(
            SpanDraft draft, long trace, char name, long parent, long startMs, long ms, int kind) {
        draft.scope(new Envelope())
                .ids(0, trace, name - 'a' + 1)
                .name(String.valueOf(name))
                .times(startMs * MS, (startMs + ms) * MS)
                .kind(kind);
        return parent == 0 ? draft : draft.parent(parent);
    }

    private static void a(SpanDraft draft) {
        span(draft, 1, 'a', 0, 1_000, 100, 2)
                .resource(WEB)
                .attribute("x", 1)
                .attribute("code", 200)
                .attribute("ok", true)
                .attribute("t", "200")
                .attributeAnyValue("list", array(value(1), value(2)))
                .attribute("odd key", 5);
    }

    private static void b(SpanDraft draft) {
        span(draft, 1, 'b', 1, 1_010, 50, 3)
                .resource(CART)
                .status(2)
                .statusMessage("boom")
                .attribute("x", 2)
                .attribute("code", 500)
                .attribute("ok", false)
                .attribute("big", (1L << 53) + 1);
        draft.event(1_015 * MS, "exception").attribute("y", 1).attribute("msg", "bad");
        draft.event(1_030 * MS, "retry").attribute("y", 2).attribute("msg", "again");
    }

    private static void c(SpanDraft draft) {
        span(draft, 1, 'c', 2, 1_020, 10, 1).resource(CART).attribute("x", 2.0).attribute("dur", 10 * MS);
        draft.link(0, 2, 5).attribute("why", "because");
    }

    private static void d(SpanDraft draft) {
        span(draft, 2, 'd', 99, 2_000, 30, 1)
                .resource(DB)
                .status(1)
                .attribute("zero", 0)
                .attribute("y", 1);
    }

    private static void e(SpanDraft draft) {
        span(draft, 2, 'e', 4, 2_010, 300, 4)
                .resource(DB)
                .attribute("x", "1")
                .attributeAnyValue("list", array(value("p"), value("q")));
        draft.event(2_011 * MS, "exception").attribute("code", 7);
    }

    private static void f(SpanDraft draft) {
        span(draft, 3, 'f', 0, 3_000, 5, 0).resource(WEB);
    }

    private static void g(SpanDraft draft) {
        span(draft, 3, 'g', 0, 3_001, 8, 1).resource(CART_EU).attribute("x", 7).attribute("neg", -7);
    }

    private static void h(SpanDraft draft) {
        byte[] scope = InstrumentationScope.newBuilder()
                .setName("lib")
                .setVersion("1.0")
                .addAttributes(whole("s", 1))
                .build()
                .toByteArray();
        span(draft, 3, 'h', 6, 3_002, 1, 5)
                .resource(WEB)
                .scope(new Envelope().set(scope, 0, scope.length, new byte[0], 0, 0));
        draft.link(0, 1, 1).attribute("x", 3);
    }

    private static Envelope resource(KeyValue... attributes) {
        byte[] message = Resource.newBuilder()
                .addAllAttributes(List.of(attributes))
                .build()
                .toByteArray();
        return new Envelope().set(message, 0, message.length, new byte[0], 0, 0);
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder().setKey(key).setValue(value(value)).build();
    }

    private static KeyValue whole(String key, long value) {
        return KeyValue.newBuilder().setKey(key).setValue(value(value)).build();
    }

    private static AnyValue value(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }

    private static AnyValue value(long whole) {
        return AnyValue.newBuilder().setIntValue(whole).build();
    }

    private static byte[] array(AnyValue... values) {
        return AnyValue.newBuilder()
                .setArrayValue(ArrayValue.newBuilder().addAllValues(Arrays.asList(values)))
                .build()
                .toByteArray();
    }
}
