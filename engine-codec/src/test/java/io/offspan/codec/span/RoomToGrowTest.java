package io.offspan.codec.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Span;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a later release may add to a span, resource or scope is stepped over by this one: the worked example of docs/format.md. */
class RoomToGrowTest {
    private static final int SIZE = 8192;
    /** Number of a field that a later release may add: eight bytes, the time at which a span was sampled, say. */
    private static final int SAMPLED_AT = 1;

    private final SlabLayout layout = new SlabLayout(SIZE, 4, 64);
    private final Memory slab = Memory.allocate(SIZE);
    private final BlockReader reader = new BlockReader();
    private int valuesEnd;

    @BeforeEach
    void storeASpanWithAllThatThisReleaseKnows() {
        BlockBuilder builder = new BlockBuilder(SIZE);
        builder.start(slab, layout);
        SpanDraft draft = new SpanDraft()
                .clear()
                .ids(1, 2, 3)
                .parent(4)
                .times(5, 6)
                .name("GET /cart")
                .kind(99)
                .status(-7)
                .statusMessage("bad")
                .traceState("a=b")
                .flags(0x12345678)
                .droppedAttributes(1)
                .attribute("text", "value");
        draft.event(7, "retry").link(8, 9, 10);
        assertThat(builder.add(draft)).isEqualTo(BlockBuilder.ADDED);
        valuesEnd = layout.values() + slab.getInt(layout.mark(0) + SlabLayout.MARK_VALUES);
    }

    @Test
    void optionalPartsOfASpanAreSteppedOver() {
        Span before = Span.of(span());
        // As the later release writes it: the presence bit, the bytes of all parts, then number, bytes and content of
        // each.
        int bits = layout.line(0) + LineLayout.BITS;
        slab.putByte(bits, slab.getByte(bits) | LineLayout.HAS_MORE);
        slab.putShort(valuesEnd, 4 + 8 + 4);
        slab.putShort(valuesEnd + 2, SAMPLED_AT);
        slab.putShort(valuesEnd + 4, 8);
        slab.putLong(valuesEnd + 6, 1_700_000_000_000_000_000L);
        slab.putShort(valuesEnd + 14, SAMPLED_AT + 1);
        slab.putShort(valuesEnd + 16, 0);

        span().validate();
        assertThat(Span.of(span())).isEqualTo(before);

        SpanDraft copy = new SpanDraft();
        new SpanCopier().copy(span(), copy);
        BlockBuilder builder = new BlockBuilder(SIZE);
        builder.start(slab, layout);
        assertThat(builder.add(copy)).isEqualTo(BlockBuilder.ADDED);
        assertThat(Span.of(span())).as("copied by this release").isEqualTo(before);
    }

    @Test
    void optionalPartsThatContradictTheirLengthsAreRefused() {
        int bits = layout.line(0) + LineLayout.BITS;
        slab.putByte(bits, slab.getByte(bits) | LineLayout.HAS_MORE);
        slab.putShort(valuesEnd, 6);
        slab.putShort(valuesEnd + 2, SAMPLED_AT);
        slab.putShort(valuesEnd + 4, 3);
        assertThatThrownBy(() -> span().validate())
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("optional part");
    }

    @Test
    void optionalPartsOfAResourceAreSteppedOver() {
        Resource known = Resource.builder()
                .put("service.name", "cart")
                .schemaUrl("http://x")
                .build();
        // As the later release writes it: the length in units of four bytes, and the parts before the schema URL.
        Resource longer = Resource.builder()
                .put("service.name", "cart")
                .schemaUrl("morehttp://x")
                .build();
        Envelope envelope = longer.toEnvelope();
        envelope.bytes()[1] = 1;
        HeapBytes.putInt(envelope.bytes(), 4, "http://x".getBytes(StandardCharsets.UTF_8).length);
        BlockBuilder builder = new BlockBuilder(SIZE);
        builder.start(slab, layout);
        builder.add(new SpanDraft().clear().resource(envelope).ids(1, 2, 3).name("a"));

        assertThat(Span.of(span()).resource()).isEqualTo(known);
        Envelope copy = new Envelope().copyFrom(span().strings(), span().resourceIndex());
        assertThat(copy).as("carried along whole").isEqualTo(envelope);
    }

    private SpanView span() {
        return reader.wrapSlab(slab, layout, 1).span(0);
    }
}
