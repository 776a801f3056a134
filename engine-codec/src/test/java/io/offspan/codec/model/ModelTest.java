package io.offspan.codec.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Plain values say what the bytes say. */
class ModelTest {
    private static final Attributes INNER = Attributes.builder()
            .put("k", "v")
            .put("k", 2)
            .put("list", Value.of(List.of(Value.of(1), Value.EMPTY)))
            .build();

    private static final List<Value> VALUES = List.of(
            Value.of(""),
            Value.of("é 語"),
            Value.of("x".repeat(70_000)),
            Value.of(0),
            Value.of(-1),
            Value.of(Long.MIN_VALUE),
            Value.of(0.0),
            Value.of(Double.NaN),
            Value.of(true),
            Value.of(false),
            Value.of(new byte[] {0, -1}),
            Value.of(new byte[0]),
            Value.of(List.of()),
            Value.of(List.of(Value.of("a"), Value.of(List.of(Value.of(INNER))))),
            Value.of(Attributes.EMPTY),
            Value.of(INNER),
            Value.EMPTY);

    @Test
    void decodingInvertsEncodingAndProtobufAgrees() throws InvalidProtocolBufferException {
        for (Value value : VALUES) {
            byte[] message = value.encode();
            assertThat(Value.decode(message)).isEqualTo(value);
            assertThat(Value.decode(AnyValue.parseFrom(message).toByteArray())).isEqualTo(value);
        }
    }

    @Test
    void valuesReadLikeText() {
        assertThat(VALUES.subList(13, 17))
                .extracting(Value::toString)
                .containsExactly("[a, [{k=v, k=2, list=[1, ]}]]", "{}", "{k=v, k=2, list=[1, ]}", "");
        assertThat(Value.of(new byte[] {0, -1})).hasToString("00ff");
    }

    @Test
    void damagedMessagesGiveFormatExceptions() {
        assertThatThrownBy(() -> Value.decode(new byte[] {10, 5})).isInstanceOf(FormatException.class);
        byte[] whole = Value.of(INNER).encode();
        IntStream.range(1, whole.length)
                .forEach(length -> assertThatThrownBy(() -> Value.decode(Arrays.copyOf(whole, length)))
                        .isInstanceOf(FormatException.class));
    }

    @Test
    void valuesNestedWithoutEndGiveAFormatException() {
        Value value = Value.EMPTY;
        for (int i = 0; i < 200; i++) {
            value = Value.of(List.of(value));
        }
        byte[] message = value.encode();
        assertThatThrownBy(() -> Value.decode(message)).isInstanceOf(FormatException.class);
    }

    @Test
    void attributesKeepOrderAndDuplicates() {
        assertThat(INNER.size()).isEqualTo(3);
        assertThat(INNER.get("k")).isEqualTo(Value.of("v"));
        assertThat(INNER.get("absent")).isNull();
        assertThat(INNER.text("list")).isEqualTo("[1, ]");
        assertThat(INNER.get(1)).isEqualTo(new Attribute("k", Value.of(2)));
    }

    @Test
    void resourcesAreWrittenAsOtlpAndReadBack() throws InvalidProtocolBufferException {
        Resource resource = Resource.builder()
                .put("service.name", "cart")
                .put("inner", Value.of(INNER))
                .schemaUrl("https://example.com/é")
                .build();
        Envelope envelope = resource.toEnvelope();
        byte[] message = Arrays.copyOfRange(envelope.bytes(), envelope.messageOffset(), envelope.length());
        assertThat(io.opentelemetry.proto.resource.v1.Resource.parseFrom(message)
                        .getAttributes(0)
                        .getKey())
                .isEqualTo("service.name");
        assertThat(Resource.of(envelope)).isEqualTo(resource);
        assertThat(resource.serviceName()).isEqualTo("cart");
        assertThat(Resource.of(new Envelope())).isEqualTo(Resource.EMPTY);
        assertThat(Resource.EMPTY.serviceName()).isEmpty();
    }

    @Test
    void scopesAreWrittenAsOtlpAndReadBack() throws InvalidProtocolBufferException {
        Scope scope = Scope.builder()
                .name("io.shop")
                .version("1.2")
                .put("k", "v")
                .schemaUrl("https://example.com")
                .build();
        Envelope envelope = scope.toEnvelope();
        byte[] message = Arrays.copyOfRange(envelope.bytes(), envelope.messageOffset(), envelope.length());
        assertThat(InstrumentationScope.parseFrom(message).getVersion()).isEqualTo("1.2");
        assertThat(Scope.of(envelope)).isEqualTo(scope);
        assertThat(Scope.of(new Envelope())).isEqualTo(Scope.EMPTY);
    }

    @Test
    void aSpanSaysAllThatItsDraftSaid() {
        Resource resource = Resource.builder().put("service.name", "cart").build();
        Scope scope = Scope.builder().name("io.shop").build();
        SpanDraft draft = new SpanDraft().clear();
        draft.resource(resource.toEnvelope()).scope(scope.toEnvelope());
        draft.ids(1, 2, 3)
                .parent(4)
                .name("GET")
                .kind(2)
                .status(2)
                .statusMessage("bad")
                .times(10, 5);
        draft.traceState("a=b").flags(257).droppedAttributes(1).droppedEvents(2).droppedLinks(3);
        draft.attribute("s", "text").attribute("i", 300).attribute("d", 0.5).attribute("b", true);
        draft.attribute("x", new byte[] {1})
                .attributeAnyValue("m", Value.of(INNER).encode());
        draft.attributeEmpty("e");
        draft.event(11, "event").eventDroppedAttributes(4).attribute("k", "in event");
        draft.link(5, 6, 7)
                .linkTraceState("c=d")
                .linkFlags(1)
                .linkDroppedAttributes(5)
                .attribute("k", "in link");
        Span span = stored(draft);
        assertThat(span.traceId()).isEqualTo("00000000000000010000000000000002");
        assertThat(span.spanId()).isEqualTo("0000000000000003");
        assertThat(span.parentSpanId()).isEqualTo("0000000000000004");
        assertThat(span.name()).isEqualTo("GET");
        assertThat(span.kindName()).isEqualTo("SERVER");
        assertThat(span.statusName()).isEqualTo("ERROR");
        assertThat(span.statusMessage()).isEqualTo("bad");
        assertThat(span.endNanos() - span.startNanos()).isEqualTo(-5);
        assertThat(span.durationNanos()).isZero();
        assertThat(span.hasEnd()).isTrue();
        assertThat(span.traceState()).isEqualTo("a=b");
        assertThat(span.flags()).isEqualTo(257);
        assertThat(List.of(span.droppedAttributes(), span.droppedEvents(), span.droppedLinks()))
                .containsExactly(1, 2, 3);
        assertThat(span.attributes())
                .isEqualTo(Attributes.builder()
                        .put("s", "text")
                        .put("i", 300)
                        .put("d", 0.5)
                        .put("b", true)
                        .put("x", Value.of(new byte[] {1}))
                        .put("m", Value.of(INNER))
                        .put("e", Value.EMPTY)
                        .build());
        assertThat(span.events())
                .containsExactly(new Event(
                        11, "event", Attributes.builder().put("k", "in event").build(), 4));
        assertThat(span.links())
                .containsExactly(new Link(
                        5,
                        6,
                        7,
                        "c=d",
                        1,
                        Attributes.builder().put("k", "in link").build(),
                        5));
        assertThat(span.resource()).isEqualTo(resource);
        assertThat(span.scope()).isEqualTo(scope);
        assertThat(span.serviceName()).isEqualTo("cart");
    }

    @Test
    void whatIsNotThereReadsAsNothing() {
        Span span = stored(new SpanDraft().clear().ids(1, 2, 3).name("").kind(77));
        assertThat(span.parentSpanId()).isNull();
        assertThat(span.hasStatus()).isFalse();
        assertThat(span.statusName()).isEqualTo("UNSET");
        assertThat(span.kindName()).isEqualTo("77");
        assertThat(span.attributes().isEmpty()).isTrue();
        assertThat(span.events()).isEmpty();
        assertThat(span.links()).isEmpty();
        assertThat(span.resource()).isEqualTo(Resource.EMPTY);
    }

    private static Span stored(SpanDraft draft) {
        SlabLayout layout = new SlabLayout(64 * 1024, 4, 200);
        Memory slab = Memory.allocate(layout.size());
        BlockBuilder builder = new BlockBuilder(layout.size());
        builder.start(slab, layout);
        assertThat(builder.add(draft)).isEqualTo(BlockBuilder.ADDED);
        return Span.of(new BlockReader().wrapSlab(slab, layout, 1).span(0));
    }

    @Test
    void spansAreEqualWhenAllThatTheySayIs() {
        Span span = said().build();
        assertThat(span).isEqualTo(said().build()).hasSameHashCodeAs(said().build());
        assertThat(List.of(
                        said().ids(1, 2, 4).build(),
                        said().parent(8).build(),
                        said().name("other").build(),
                        said().kind(3).build(),
                        said().status(1, "").build(),
                        said().times(5, 7).build(),
                        said().traceState("a=b").build(),
                        said().flags(1).build(),
                        said().attributes(Attributes.EMPTY, 1).build(),
                        said().events(List.of(new Event(1, "e", Attributes.EMPTY, 0)), 0)
                                .build(),
                        said().links(List.of(), 1).build(),
                        said().resource(Resource.builder().put("k", "v").build())
                                .build(),
                        said().scope(Scope.builder().name("s").build()).build()))
                .doesNotContain(span)
                .doesNotHaveDuplicates();
        assertThat(span).hasToString("span 0000000000000003 of trace 00000000000000010000000000000002:  n");
        assertThat(Span.builder().build().parentSpanId()).isNull();
    }

    private static Span.Builder said() {
        return Span.builder().ids(1, 2, 3).name("n").kind(2).times(5, 6);
    }
}
