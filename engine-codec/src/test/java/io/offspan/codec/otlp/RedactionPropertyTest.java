package io.offspan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.otlp.Passage.Way;
import io.offspan.codec.span.AttributeOwner;
import io.offspan.codec.span.AttributePolicy;
import io.offspan.codec.span.KeyRule;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanRedactor;
import io.offspan.testkit.otlp.OtlpArbitraries;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is stored of a span is what its policy leaves of it, and nothing else of it changes. */
class RedactionPropertyTest {
    private static final Passage PASSAGE = new Passage();

    @Provide
    Arbitrary<ExportTraceServiceRequest> requests() {
        return OtlpArbitraries.requests();
    }

    @Provide
    Arbitrary<AttributePolicy> policies() {
        return Arbitraries.of(AttributeOwner.class).set().map(owners -> new AttributePolicy() {
            @Override
            public boolean concerns(AttributeOwner owner) {
                return owners.contains(owner);
            }

            @Override
            public KeyRule rule(AttributeOwner owner, String key) {
                return ruleOf(key);
            }

            @Override
            public String toString() {
                return "rules for " + Set.copyOf(owners);
            }
        });
    }

    private static KeyRule ruleOf(String key) {
        return switch (key) {
            case "http.method" -> KeyRule.REMOVE;
            case "http.status_code" -> text -> AttributePolicy.MASK;
            case "db.system" -> text -> text.replace("e", "[E]").replace("1", "[one]");
            case "retry" -> text -> text.contains("r") || text.contains("0") ? null : text;
            case "" -> text -> text + "!";
            default -> KeyRule.KEEP;
        };
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aRequestIsStoredAsItsPolicyLeavesIt(
            @ForAll("requests") ExportTraceServiceRequest request,
            @ForAll("policies") AttributePolicy policy,
            @ForAll Way way) {
        RedactionModel model = new RedactionModel(policy);
        SpanRedactor redactor = new SpanRedactor(policy);
        OtlpReader otlp = new OtlpReader();
        byte[] sent = request.toByteArray();
        otlp.wrap(sent, 0, sent.length);
        SpanDraft draft = new SpanDraft();
        BlockBuilder builder = PASSAGE.start();
        while (otlp.nextSpan(draft)) {
            assertThat(builder.add(redactor.apply(draft))).isEqualTo(BlockBuilder.ADDED);
        }
        assertThat(received(way)).isEqualTo(SpanBag.of(model.of(request)));
        if (everyResourceAndScopeHasSpans(request)) {
            assertThat(redactor.takeRemoved()).isEqualTo(model.removed);
            assertThat(redactor.takeMasked()).isEqualTo(model.masked);
            assertThat(redactor.takeRemoved() + redactor.takeMasked()).isZero();
        }
    }

    /** Those without are never looked at. */
    private static boolean everyResourceAndScopeHasSpans(ExportTraceServiceRequest request) {
        for (ResourceSpans resource : request.getResourceSpansList()) {
            if (resource.getScopeSpansList().isEmpty()) {
                return false;
            }
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                if (scope.getSpansList().isEmpty()) {
                    return false;
                }
            }
        }
        return true;
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aDraftFilledByCallsIsStoredAsItsPolicyLeavesItAndStaysAsItIs(
            @ForAll("requests") ExportTraceServiceRequest request,
            @ForAll("policies") AttributePolicy policy,
            @ForAll Way way) {
        SpanRedactor redactor = new SpanRedactor(policy);
        BlockBuilder builder = PASSAGE.start();
        SpanDraft draft = new SpanDraft();
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                draft.resource(DraftCalls.envelope(resource)).scope(DraftCalls.envelope(scope));
                for (Span span : scope.getSpansList()) {
                    DraftCalls.fill(draft, span);
                    redactor.apply(draft);
                    assertThat(builder.add(redactor.apply(draft))).isEqualTo(BlockBuilder.ADDED);
                }
            }
        }
        assertThat(received(way)).isEqualTo(SpanBag.of(new RedactionModel(policy).of(withValues(request))));
    }

    /** By calls, an attribute without a value is one of an empty value. */
    private static ExportTraceServiceRequest withValues(ExportTraceServiceRequest request) {
        ExportTraceServiceRequest.Builder made = request.toBuilder();
        for (ResourceSpans.Builder resource : made.getResourceSpansBuilderList()) {
            for (ScopeSpans.Builder scope : resource.getScopeSpansBuilderList()) {
                for (Span.Builder span : scope.getSpansBuilderList()) {
                    withValues(span.getAttributesBuilderList());
                    span.getEventsBuilderList().forEach(event -> withValues(event.getAttributesBuilderList()));
                    span.getLinksBuilderList().forEach(link -> withValues(link.getAttributesBuilderList()));
                }
            }
        }
        return made.build();
    }

    private static void withValues(List<KeyValue.Builder> attributes) {
        for (KeyValue.Builder attribute : attributes) {
            if (!attribute.hasValue()) {
                attribute.setValue(AnyValue.getDefaultInstance());
            }
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void whatMayBeStoredAsItIsIsNotCopied(@ForAll("requests") ExportTraceServiceRequest request) {
        AttributePolicy lenient = new AttributePolicy() {
            @Override
            public boolean concerns(AttributeOwner owner) {
                return true;
            }

            @Override
            public KeyRule rule(AttributeOwner owner, String key) {
                return KeyRule.KEEP;
            }
        };
        SpanRedactor redactor = new SpanRedactor(lenient);
        OtlpReader otlp = new OtlpReader();
        byte[] sent = request.toByteArray();
        otlp.wrap(sent, 0, sent.length);
        SpanDraft draft = new SpanDraft();
        while (otlp.nextSpan(draft)) {
            assertThat(redactor.apply(draft)).isSameAs(draft);
        }
        assertThat(redactor.takeRemoved() + redactor.takeMasked()).isZero();
    }

    private static SpanBag received(Way way) {
        SpanBag received = new SpanBag();
        PASSAGE.out(way).forEach(out -> received.add(Passage.parse(out)));
        return received;
    }
}
