package io.offspan.bench.yardstick;

import io.offspan.bench.w1.W1Span;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** OpenTelemetry's exporter over HTTP or gRPC, in the mode that reuses its data, one request after the other. */
public final class OtelExporter implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final SpanExporter exporter;
    private final List<List<SpanData>> batches = new ArrayList<>();
    private final int batch;

    /**
     * Makes one, and the spans that it sends.
     *
     * @param base the address of the receiver, without a path
     * @param grpc whether by gRPC
     * @param packing {@code none} or {@code gzip}
     * @param spans as many as a whole number of batches
     */
    public OtelExporter(String base, boolean grpc, String packing, List<W1Span> spans, int batch) {
        this.batch = batch;
        exporter = grpc
                ? OtlpGrpcSpanExporter.builder()
                        .setEndpoint(base)
                        .setCompression(packing)
                        .setMemoryMode(MemoryMode.REUSABLE_DATA)
                        .build()
                : OtlpHttpSpanExporter.builder()
                        .setEndpoint(base + "/v1/traces")
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

    /** Sends at least so many spans, some of them again and again, and returns how many those were. */
    public long send(long spans) {
        long sent = 0;
        for (int i = 0; sent < spans; i = (i + 1) % batches.size()) {
            CompletableResultCode code = exporter.export(batches.get(i)).join(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!code.isSuccess()) {
                throw new IllegalStateException("A request was not accepted", code.getFailureThrowable());
            }
            sent += batch;
        }
        return sent;
    }

    @Override
    public void close() {
        exporter.close();
    }
}
