package io.offspan.bench.peer.zipkin;

import io.offspan.bench.peer.Finding;
import io.offspan.bench.peer.Messages;
import io.offspan.bench.peer.Peer;
import io.offspan.bench.peer.PeerVersion;
import io.offspan.bench.w1.W1Queries;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import zipkin2.Endpoint;
import zipkin2.Span;
import zipkin2.storage.InMemoryStorage;
import zipkin2.storage.QueryRequest;

/** Spans in Zipkin's storage in memory, which is what its server uses unless told otherwise. */
public final class ZipkinPeer implements Peer {
    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final long A_YEAR_MILLIS = TimeUnit.DAYS.toMillis(365);
    private static final long END_MILLIS = 1_790_000_000_000L;

    private final Map<String, Endpoint> endpoints = new HashMap<>();
    private InMemoryStorage storage;

    @Override
    public String description() {
        return PeerVersion.of(getClass())
                + "; live objects on the heap, no limit on spans; times in microseconds, attributes as texts";
    }

    @Override
    public boolean keepsSpans() {
        return false;
    }

    @Override
    public String searchDiffers() {
        return "it finds traces, not spans: the newest 20 traces in which something of the service has an error and"
                + " something takes that long; 'got' are the spans in them that the search is for";
    }

    @Override
    public void open(Path directory, long spans) {
        storage = InMemoryStorage.newBuilder()
                .maxSpanCount((int) Math.min(Integer.MAX_VALUE, spans + 1))
                .build();
    }

    @Override
    public void ingest(byte[] request) throws Exception {
        List<Span> spans = new ArrayList<>();
        Messages.visit(request, (service, span) -> spans.add(span(service, span)));
        storage.accept(spans).execute();
    }

    private Span span(String service, io.opentelemetry.proto.trace.v1.Span span) {
        Span.Builder made = Span.newBuilder()
                .traceId(HexFormat.of().formatHex(span.getTraceId().toByteArray()))
                .id(Messages.word(span.getSpanId(), 0))
                .name(span.getName())
                .timestamp(TimeUnit.NANOSECONDS.toMicros(span.getStartTimeUnixNano()))
                .duration(TimeUnit.NANOSECONDS.toMicros(Messages.durationNanos(span)))
                .localEndpoint(endpoints.computeIfAbsent(
                        service, name -> Endpoint.newBuilder().serviceName(name).build()));
        if (!span.getParentSpanId().isEmpty()) {
            made.parentId(Messages.word(span.getParentSpanId(), 0));
        }
        switch (span.getKind()) {
            case SPAN_KIND_CLIENT -> made.kind(Span.Kind.CLIENT);
            case SPAN_KIND_SERVER -> made.kind(Span.Kind.SERVER);
            case SPAN_KIND_PRODUCER -> made.kind(Span.Kind.PRODUCER);
            case SPAN_KIND_CONSUMER -> made.kind(Span.Kind.CONSUMER);
            default -> {
                // Zipkin has no kind for work inside a service.
            }
        }
        if (span.getStatus().getCodeValue() == Status.StatusCode.STATUS_CODE_ERROR_VALUE) {
            made.putTag("error", span.getStatus().getMessage());
        }
        for (KeyValue attribute : span.getAttributesList()) {
            made.putTag(attribute.getKey(), text(attribute.getValue()));
        }
        span.getEventsList()
                .forEach(event ->
                        made.addAnnotation(TimeUnit.NANOSECONDS.toMicros(event.getTimeUnixNano()), event.getName()));
        return made.build();
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> Long.toString(value.getIntValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            default -> Double.toString(value.getDoubleValue());
        };
    }

    @Override
    public void settle() {
        // What was accepted is visible.
    }

    @Override
    public Finding trace(long high, long low) throws IOException {
        long sum = 0;
        List<Span> spans =
                storage.getTrace(Span.normalizeTraceId(hex(high) + hex(low))).execute();
        for (Span span : spans) {
            sum += Long.parseUnsignedLong(span.id(), 16);
        }
        return new Finding(spans.size(), sum);
    }

    private static String hex(long word) {
        return HexFormat.of().toHexDigits(word);
    }

    @Override
    public Finding search(W1Queries.Search asked) throws IOException {
        QueryRequest request = QueryRequest.newBuilder()
                .serviceName(asked.serviceName())
                .annotationQuery(Map.of("error", ""))
                .minDuration(TimeUnit.NANOSECONDS.toMicros(W1Queries.SLOW_NANOS))
                .endTs(TimeUnit.NANOSECONDS.toMillis(asked.toNanos()))
                .lookback(TimeUnit.NANOSECONDS.toMillis(asked.toNanos() - asked.fromNanos()))
                .limit(W1Queries.LIMIT)
                .build();
        long found = 0;
        long sum = 0;
        for (List<Span> trace : storage.getTraces(request).execute()) {
            for (Span span : trace) {
                if (asked.serviceName().equals(span.localServiceName())
                        && span.tags().containsKey("error")
                        && span.durationAsLong() >= TimeUnit.NANOSECONDS.toMicros(W1Queries.SLOW_NANOS)) {
                    found++;
                    sum += Long.parseUnsignedLong(span.id(), 16);
                }
            }
        }
        return new Finding(found, sum);
    }

    @Override
    public long count(W1Queries.Count asked) throws IOException {
        QueryRequest request = QueryRequest.newBuilder()
                .serviceName(asked.serviceName())
                .annotationQuery(Map.of("http.route", asked.route()))
                .endTs(END_MILLIS)
                .lookback(A_YEAR_MILLIS)
                .limit(UNLIMITED)
                .build();
        long found = 0;
        for (List<Span> trace : storage.getTraces(request).execute()) {
            for (Span span : trace) {
                boolean counts = asked.serviceName().equals(span.localServiceName())
                        && asked.route().equals(span.tags().get("http.route"));
                found += counts ? 1 : 0;
            }
        }
        return found;
    }

    @Override
    public void close() {
        storage.close();
    }
}
