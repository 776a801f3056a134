package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.query.TestBlocks;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.offspan.testkit.otlp.OtlpArbitraries;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class LiveIndexPropertyTest {
    private final PagePool pool = new PagePool();
    private final LiveView view = new LiveView();

    @Provide
    Arbitrary<ExportTraceServiceRequest> requests() {
        return OtlpArbitraries.requests();
    }

    /** Asks for every text, number and boolean that stands in the request, in the scope in which it stands. */
    @Property(tries = 150)
    void whatARequestSaysIsFoundAsTheScanFindsIt(@ForAll("requests") ExportTraceServiceRequest request) {
        List<BlockReader> blocks = TestBlocks.of(List.of(request), 7).readers();
        LiveIndex index = index(blocks);
        try (LiveView now = view.open(index)) {
            requireAll(now, new ScannedTerms(blocks), request);
        }
        index.close();
    }

    @Property(tries = 40)
    void whatARequestSaysIsFoundInASealedFileAsTheScanFindsIt(@ForAll("requests") ExportTraceServiceRequest request)
            throws IOException {
        List<BlockReader> blocks = TestBlocks.of(List.of(request), 7).readers();
        LiveIndex index = index(blocks);
        Path directory = Files.createTempDirectory("sealed");
        Path file = directory.resolve("index");
        SealWriter.write(index, new IndexedSegment(new UUID(1, 2), 3, 4, 5), file, () -> false);
        index.close();
        try (SealedIndex sealed = SealedIndex.open(file);
                SealedView now = new SealedView().open(sealed)) {
            requireAll(now, new ScannedTerms(blocks), request);
        }
        Files.delete(file);
        Files.delete(directory);
    }

    private LiveIndex index(List<BlockReader> blocks) {
        LiveIndex index = new LiveIndex(pool, 16 << 20);
        int first = 0;
        for (BlockReader block : blocks) {
            assertThat(index.add(first, block)).isTrue();
            first += block.count();
        }
        return index;
    }

    private static void requireAll(LeafIndex now, ScannedTerms scanned, ExportTraceServiceRequest request) {
        for (ResourceSpans resource : request.getResourceSpansList()) {
            require(
                    now,
                    scanned,
                    AttributeScope.RESOURCE,
                    resource.getResource().getAttributesList());
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                require(
                        now,
                        scanned,
                        AttributeScope.INSTRUMENTATION,
                        scope.getScope().getAttributesList());
                for (Span span : scope.getSpansList()) {
                    require(now, scanned, span);
                }
            }
        }
    }

    private static void require(LeafIndex now, ScannedTerms scanned, Span span) {
        scanned.require(now, Intrinsic.NAME, new Operand.Text(span.getName()), new Random(1));
        require(now, scanned, AttributeScope.SPAN, span.getAttributesList());
        for (Span.Event event : span.getEventsList()) {
            scanned.require(now, Intrinsic.EVENT_NAME, new Operand.Text(event.getName()), new Random(2));
            require(now, scanned, AttributeScope.EVENT, event.getAttributesList());
        }
        for (Span.Link link : span.getLinksList()) {
            require(now, scanned, AttributeScope.LINK, link.getAttributesList());
        }
    }

    private static void require(LeafIndex now, ScannedTerms scanned, AttributeScope scope, List<KeyValue> attributes) {
        for (KeyValue attribute : attributes) {
            Operand operand = operand(attribute.getValue());
            if (operand != null) {
                scanned.require(now, new Attribute(scope, attribute.getKey()), operand, new Random(3));
            }
        }
    }

    private static @Nullable Operand operand(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE ->
                value.getStringValue().length() > 1000 ? null : new Operand.Text(value.getStringValue());
            case INT_VALUE -> new Operand.Whole(value.getIntValue());
            case DOUBLE_VALUE ->
                Double.isNaN(value.getDoubleValue()) ? null : new Operand.Fraction(value.getDoubleValue());
            case BOOL_VALUE -> new Operand.Truth(value.getBoolValue());
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesCount() == 0
                        ? null
                        : operand(value.getArrayValue().getValues(0));
            default -> null;
        };
    }
}
