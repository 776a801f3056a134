package io.offspan.codec.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.ValueType;
import io.offspan.codec.wire.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The bytes of slabs and blocks stay what they are, and those of earlier releases stay readable. */
class GoldenFormatTest {
    private static final int BYTES_A_LINE = 32;

    private final SlabLayout layout = new SlabLayout(4096, 4, 48);
    private final Memory slab = Memory.allocate(layout.size());

    @Test
    void aSlabHasTheBytesOfVersion2() throws IOException {
        build();
        byte[] bytes = new byte[layout.size()];
        slab.getBytes(0, bytes, 0, bytes.length);
        expect("slab-2.hex", bytes, "SlabLayout.VERSION");
    }

    @Test
    void aBlockHasTheBytesOfVersion2() throws IOException {
        build();
        BlockGather gather = new BlockGather(layout.size());
        int length = gather.gather(slab, layout, 1, 3);
        gather.origin(0x1122334455667788L, 9, 3);
        gather.close(41, 0xCAFE, 1234, 1_700_000_000_000_000_000L);
        byte[] bytes = new byte[length];
        gather.memory().getBytes(0, bytes, 0, length);
        expect("block-2.hex", bytes, "BlockLayout.VERSION");
    }

    @Test
    void aBlockOfVersion2IsRead() throws IOException {
        byte[] bytes = golden("block-2.hex");
        BlockGather room = new BlockGather(layout.size());
        room.memory().putBytes(0, bytes, 0, bytes.length);
        CRC32C crc = new CRC32C();
        assertThat(BlockChecksum.headerMatches(room.buffer(), room.memory(), crc))
                .isTrue();
        int bodyCrc = room.memory().getInt(BlockLayout.BODY_CRC_OFFSET);
        assertThat(BlockChecksum.bodyMatches(room.buffer(), bytes.length, bodyCrc, crc))
                .isTrue();
        BlockReader reader = new BlockReader().wrap(room.memory(), 0);
        assertThat(reader.count()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            reader.span(i).validate();
            assertThat(Span.of(reader.span(i))).isEqualTo(expected().get(i + 1));
        }
    }

    @Test
    void aBlockOfVersion1IsRefusedWithTheWayToCarryItOver() throws IOException {
        byte[] bytes = golden("block-1.hex");
        Memory block = Memory.allocate(bytes.length);
        block.putBytes(0, bytes, 0, bytes.length);
        assertThatThrownBy(() -> new BlockReader().wrap(block, 0))
                .isInstanceOfSatisfying(
                        FormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_OLD))
                .hasMessageContaining("version 1")
                .hasMessageContaining("'export'")
                .hasMessageContaining("'ingest'");
    }

    /** The spans that the golden files hold, as values: what {@link #build} stores, read from where it lies. */
    private List<Span> expected() {
        build();
        BlockReader reader = new BlockReader().wrapSlab(slab, layout, 3);
        List<Span> spans = List.of(Span.of(reader.span(0)), Span.of(reader.span(1)), Span.of(reader.span(2)));
        assertThat(spans.get(1).attributes().text("text")).isEqualTo("é 語");
        assertThat(spans.get(1).attributes().text("unique")).isEqualTo("inline é");
        assertThat(types(reader.span(1).attributes())).hasSize(ValueType.COUNT);
        assertThat(spans.get(2).kind()).isEqualTo(99);
        return spans;
    }

    private static Set<Integer> types(AttributeCursor attributes) {
        Set<Integer> types = new TreeSet<>();
        while (attributes.next()) {
            types.add(attributes.type());
        }
        return types;
    }

    private void build() {
        BlockBuilder builder = new BlockBuilder(layout.size());
        SpanDraft draft = new SpanDraft();
        // A slab in which the values of one key never repeat makes the next slab keep them inline.
        builder.start(slab, layout);
        draft.clear();
        for (int i = 0; i < 40; i++) {
            draft.attribute("unique", "value " + i);
        }
        add(builder, draft);
        slab.zero(0, layout.size());
        builder.start(slab, layout);
        draft.clear()
                .resource(new Envelope())
                .scope(new Envelope())
                .ids(1, 2, 3)
                .name("root");
        add(builder, draft);
        draft.clear()
                .resource(Resource.builder()
                        .put("service.name", "cart")
                        .schemaUrl("https://example.com/1")
                        .build()
                        .toEnvelope())
                .scope(Scope.builder().name("io.shop").version("1.0").build().toEnvelope());
        draft.ids(0x0102030405060708L, 0x090a0b0c0d0e0f10L, 0x1112131415161718L).parent(3);
        draft.times(1_700_000_000_000_000_000L, 1_700_000_000_000_001_000L).name("GET /cart");
        draft.kind(2).status(2).statusMessage("bad").flags(1);
        draft.attribute("text", "é 語")
                .attribute("small", 7)
                .attribute("short", 300)
                .attribute("int", -70_000);
        draft.attribute("long", Long.MIN_VALUE).attribute("yes", true).attribute("half", 0.5);
        draft.attribute("bytes", new byte[] {1, 2, 3}).attributeEmpty("empty");
        draft.attributeAnyValue(
                "list", Value.of(List.of(Value.of(1), Value.of("é 語"))).encode());
        byte[] foreign = "\n\3odd\30\1".getBytes(StandardCharsets.UTF_8);
        draft.source(foreign).attribute(2, 3, SpanDraft.ABSENT, 0);
        draft.attribute(2, 3, SpanDraft.KEY_VALUE, SpanDraft.range(0, foreign.length));
        draft.attribute("unique", "inline é");
        add(builder, draft);
        draft.clear()
                .ids(-1, -2, -3)
                .parent(0)
                .times(-1, 0)
                .name("GET /cart")
                .kind(99)
                .status(-7);
        draft.traceState("a=b")
                .flags(0x12345678)
                .droppedAttributes(1)
                .droppedEvents(2)
                .droppedLinks(3);
        draft.event(5, "retry").attribute("attempt", 2).event(6, "retry").attribute("attempt", 3);
        draft.link(7, 8, 9)
                .linkTraceState("c=d")
                .linkFlags(257)
                .linkDroppedAttributes(4)
                .attribute("text", "é 語");
        draft.link(0, 0, 0, 0);
        add(builder, draft);
    }

    private static void add(BlockBuilder builder, SpanDraft draft) {
        assertThat(builder.add(draft)).isEqualTo(BlockBuilder.ADDED);
    }

    private static void expect(String name, byte[] bytes, String version) throws IOException {
        Path written = Path.of("target", "golden", name);
        Files.createDirectories(written.getParent());
        Files.writeString(written, hex(bytes));
        assertThat(hex(bytes))
                .as("The bytes of " + name + " have changed: data of earlier releases may not be readable any more."
                        + " Raise " + version + ", keep reading the old one, and add a golden file for the new;"
                        + " the bytes found are in " + written)
                .isEqualTo(hex(golden(name)));
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = GoldenFormatTest.class.getResourceAsStream("/golden/" + name)) {
            assertThat(in).as("golden file " + name).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < bytes.length; at += BYTES_A_LINE) {
            text.append(HexFormat.of().formatHex(bytes, at, Math.min(bytes.length, at + BYTES_A_LINE)));
            text.append('\n');
        }
        return text.toString();
    }
}
