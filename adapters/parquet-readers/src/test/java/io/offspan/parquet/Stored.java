package io.offspan.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stores requests, exports them, and says what rows have to come out. */
final class Stored {
    private Stored() {}

    static void append(Path data, List<ExportTraceServiceRequest> requests) throws Exception {
        try (SpanStore store = SpanStore.open(data, StoreConfig.defaults())) {
            for (ExportTraceServiceRequest request : requests) {
                byte[] bytes = request.toByteArray();
                assertThat(store.appendOtlp(bytes).rejectedCount()).isZero();
            }
            assertThat(store.flush(Duration.ofMinutes(1))).isTrue();
        }
    }

    static ParquetReport export(Path data, Path folder) throws Exception {
        try (StoreReader reader = StoreReader.open(data);
                ParquetFolder into = ParquetFolder.open(folder, Selection.ALL)) {
            return into.write(reader, spans -> {});
        }
    }

    static List<Map<String, Object>> expected(List<ExportTraceServiceRequest> requests) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ExportTraceServiceRequest request : requests) {
            for (ResourceSpans resource : request.getResourceSpansList()) {
                for (ScopeSpans scope : resource.getScopeSpansList()) {
                    for (Span span : scope.getSpansList()) {
                        rows.add(ExpectedRow.of(resource, scope, span));
                    }
                }
            }
        }
        return rows;
    }
}
