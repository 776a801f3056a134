package io.offspan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How spans are put together into requests. */
class OtlpWriterTest {
    private final SlabLayout layout = new SlabLayout(1 << 20, 1000, 4000);
    private final Memory slab = Memory.allocate(1 << 20);
    private final BlockBuilder builder = new BlockBuilder(1 << 20);
    private final BlockReader reader = new BlockReader();
    private final OtlpWriter writer = new OtlpWriter();
    private final SpanDraft draft = new SpanDraft();

    @Test
    void eachResourceAndScopeComesOncePerRequestInTheirOrder() {
        builder.start(slab, layout);
        for (int i = 0; i < 60; i++) {
            add("service " + i % 3, "scope " + i % 2, "span " + i);
        }
        ExportTraceServiceRequest request = write(0, 60);
        assertThat(request.getResourceSpansList())
                .extracting(resource ->
                        resource.getResource().getAttributes(0).getValue().getStringValue())
                .containsExactly("service 0", "service 1", "service 2");
        for (ResourceSpans resource : request.getResourceSpansList()) {
            assertThat(resource.getScopeSpansList()).hasSize(2);
        }
        ScopeSpans first = request.getResourceSpans(0).getScopeSpans(0);
        assertThat(first.getScope().getName()).isEqualTo("scope 0");
        assertThat(first.getSpansList())
                .extracting(Span::getName)
                .startsWith("span 0", "span 6", "span 12")
                .hasSize(10);
    }

    @Test
    void equalResourcesAreOneAlsoWhenTheBlockHoldsThemTwice() {
        builder.start(slab, layout);
        add("service", "scope", "one");
        add("other", "scope", "between");
        // A span that does not fit makes the builder forget its strings; the resource is stored again.
        draft.clear().name("x").attribute("k", "x".repeat(1 << 20));
        assertThat(builder.add(draft)).isEqualTo(BlockBuilder.FULL);
        add("service", "scope", "two");
        reader.wrapSlab(slab, layout, 3);
        int firstIndex = reader.span(0).resourceIndex();
        assertThat(reader.span(2).resourceIndex()).isNotEqualTo(firstIndex);
        ExportTraceServiceRequest request = write(0, 3);
        assertThat(request.getResourceSpansList()).hasSize(2);
        assertThat(request.getResourceSpans(0).getScopeSpansList()).hasSize(1);
        assertThat(request.getResourceSpans(0).getScopeSpans(0).getSpansList()).hasSize(2);
    }

    @Test
    void manyResourcesAreGrouped() {
        builder.start(slab, layout);
        for (int i = 0; i < 1000; i++) {
            add("service " + i % 500, "scope", "span");
        }
        ExportTraceServiceRequest request = write(0, 1000);
        assertThat(request.getResourceSpansList()).hasSize(500);
        assertThat(SpanBag.of(request).size()).isEqualTo(1000);
    }

    @Test
    void schemaUrlsTellEqualResourcesApart() {
        builder.start(slab, layout);
        for (String url : List.of("", "a", "")) {
            draft.clear().ids(1, 1, 1).name("s").scope(new Envelope());
            draft.resource(Resource.builder().schemaUrl(url).build().toEnvelope());
            builder.add(draft);
        }
        ExportTraceServiceRequest request = write(0, 3);
        assertThat(request.getResourceSpansList())
                .extracting(ResourceSpans::getSchemaUrl)
                .containsExactly("", "a");
    }

    @Test
    void neighboursShareTheirResourceWhenSpansAreAddedOneByOne() {
        builder.start(slab, layout);
        add("a", "s", "1");
        add("a", "s", "2");
        add("b", "s", "3");
        add("a", "t", "4");
        reader.wrapSlab(slab, layout, 4);
        writer.begin();
        int before = writer.length();
        for (int i = 0; i < 4; i++) {
            writer.add(reader.span(i));
            assertThat(writer.length()).isGreaterThan(before);
            before = writer.length();
        }
        ProtoOutput out = writer.end();
        assertThat(out.length()).isLessThanOrEqualTo(before);
        ExportTraceServiceRequest request = Passage.parse(out.toByteArray());
        assertThat(request.getResourceSpansList()).hasSize(3);
        assertThat(request.getResourceSpans(0).getScopeSpans(0).getSpansCount()).isEqualTo(2);
    }

    @Test
    void aRequestWithoutSpansIsEmpty() {
        assertThat(writer.begin().end().length()).isZero();
        builder.start(slab, layout);
        add("a", "s", "1");
        reader.wrapSlab(slab, layout, 1);
        assertThat(writer.writeRequest(reader, 1, 1).length()).isZero();
    }

    @Test
    void rangesOutsideTheBlockAreRefused() {
        builder.start(slab, layout);
        add("a", "s", "1");
        reader.wrapSlab(slab, layout, 1);
        assertThatThrownBy(() -> writer.writeRequest(reader, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> writer.writeRequest(reader, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void lengthsOfEveryWidthAreWrittenInTheFewestBytes() {
        for (int size : new int[] {0, 1, 80, 90, 100, 127, 128, 16_000, 16_300, 16_383, 16_384, 100, 0, 200_000, 5}) {
            builder.start(slab, layout);
            draft.clear()
                    .ids(1, 2, 3)
                    .name("x".repeat(size))
                    .resource(new Envelope())
                    .scope(new Envelope());
            draft.event(1, "y".repeat(size)).link(1, 2, 3).linkTraceState("z".repeat(size / 3));
            draft.statusMessage("m".repeat(size));
            assertThat(builder.add(draft)).isEqualTo(BlockBuilder.ADDED);
            reader.wrapSlab(slab, layout, 1);
            byte[] written = writer.writeRequest(reader, 0, 1).toByteArray();
            assertThat(Passage.parse(written).toByteArray())
                    .as("name of " + size)
                    .isEqualTo(written);
        }
    }

    @Test
    void theWriterIsUsableAfterADamagedSpan() {
        builder.start(slab, layout);
        add("a", "s", "1");
        add("a", "s", "2");
        slab.putShort(layout.line(1) + 54L, 4000);
        reader.wrapSlab(slab, layout, 2);
        assertThatThrownBy(() -> writer.writeRequest(reader, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(SpanBag.of(write(0, 1)).size()).isEqualTo(1);
    }

    private void add(String service, String scope, String name) {
        draft.clear().ids(1, 2, 3).name(name).resource(envelope(service));
        draft.scope(Scope.builder().name(scope).build().toEnvelope());
        assertThat(builder.add(draft)).isEqualTo(BlockBuilder.ADDED);
    }

    private static Envelope envelope(String service) {
        return Resource.builder().put("service.name", service).build().toEnvelope();
    }

    private ExportTraceServiceRequest write(int from, int to) {
        reader.wrapSlab(slab, layout, builder.count());
        return Passage.parse(writer.writeRequest(reader, from, to).toByteArray());
    }
}
