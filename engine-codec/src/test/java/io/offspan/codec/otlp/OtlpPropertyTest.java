package io.offspan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.otlp.Passage.Way;
import io.offspan.codec.span.SpanDraft;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The law of the codec: what went in as OTLP comes out as equal OTLP. */
class OtlpPropertyTest {
    private static final Passage PASSAGE = new Passage();

    @Property
    void writingInvertsReading(@ForAll long seed, @ForAll Way way) {
        ExportTraceServiceRequest request = new RandomRequests(seed, false).next();
        byte[] sent = RandomRequests.damageText(request.toByteArray());
        SpanBag received = new SpanBag();
        for (byte[] out : PASSAGE.through(sent, way)) {
            received.add(Passage.parse(RandomRequests.restoreText(out)));
        }
        assertThat(PASSAGE.refused()).isEmpty();
        assertThat(received).isEqualTo(SpanBag.of(request));
        assertThat(PASSAGE.otlp().unknownFields()).isZero();
        assertThat(PASSAGE.otlp().position()).isEqualTo(sent.length);
    }

    @Property
    void fieldsMayComeInAnyOrder(@ForAll long seed) {
        ExportTraceServiceRequest request = new RandomRequests(seed, true).next();
        byte[] sent = new Disorder(seed).shuffle(request.toByteArray());
        assertThat(SpanBag.parse(sent)).isEqualTo(SpanBag.of(request));
        assertThat(PASSAGE.bag(sent, Way.BLOCK)).isEqualTo(SpanBag.of(request));
        assertThat(PASSAGE.refused()).isEmpty();
    }

    @Property
    void aDraftFilledByCallsIsStoredLikeOneReadFromBytes(@ForAll long seed, @ForAll Way way) {
        ExportTraceServiceRequest request = new RandomRequests(seed, true).next();
        BlockBuilder builder = PASSAGE.start();
        SpanDraft draft = new SpanDraft();
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                draft.resource(DraftCalls.envelope(resource)).scope(DraftCalls.envelope(scope));
                for (Span span : scope.getSpansList()) {
                    assertThat(builder.add(DraftCalls.fill(draft, span))).isEqualTo(BlockBuilder.ADDED);
                }
            }
        }
        SpanBag received = new SpanBag();
        PASSAGE.out(way).forEach(out -> received.add(Passage.parse(out)));
        assertThat(received).isEqualTo(SpanBag.of(request));
    }
}
