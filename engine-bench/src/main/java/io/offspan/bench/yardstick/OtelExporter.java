package io.offspan.bench.yardstick;

import io.offspan.bench.w1.W1Span;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** OpenTelemetry's exporter over HTTP, in the mode that reuses its data, one request after the other. */
public final class OtelExporter implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final OtlpHttpSpanExporter exporter;
    private final List<List<SpanData>> batches = new ArrayList<>();
    private final int batch;

    /**
     * Makes one, and the spans that it sends.
     *
     * @param packing {@code none} or {@code gzip}
     * @param spans as many as a whole number of batches
     */
    public OtelExporter(String endpoint, String packing, List<W1Span> spans, int batch) {
        this.batch = batch;
        exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint)
                .setCompression(packing)
                .setMemoryMode(MemoryMode.REUSABLE_DATA)
                .build();
        OtelSpan.Shared shared = new OtelSpan.Shared();
        for (int i = 0; i < spans.size(); i += batch) {
            batches.add(spans.subList(i, i + batch).stream()
                    .<SpanData>map(span -> new OtelSpan(span, shared))
                    .toList());
        }
    }

    /** Sends at least so many spans, some of them again and again. */
    public void send(long spans) {
        long sent = 0;
        for (int i = 0; sent < spans; i = (i + 1) % batches.size()) {
            CompletableResultCode code = exporter.export(batches.get(i)).join(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!code.isSuccess()) {
                throw new IllegalStateException("A request was not accepted", code.getFailureThrowable());
            }
            sent += batch;
        }
    }

    @Override
    public void close() {
        exporter.close();
    }
}
