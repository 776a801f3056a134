package io.offspan.query;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random spans made into traces of a few spans each: shared ids, no root, several roots, parents elsewhere. */
final class RandomTraces {
    private static final int SPANS_A_TRACE = 6;
    private static final int IDS = 9;
    private static final long BASE_NANOS = 1_675_079_501_000_000_000L;

    private final Random random;
    private final int traces;

    private RandomTraces(Random random, int traces) {
        this.random = random;
        this.traces = traces;
    }

    static List<ExportTraceServiceRequest> requests(int spans, Random random) {
        RandomTraces made = new RandomTraces(random, Math.max(1, spans / SPANS_A_TRACE));
        List<ExportTraceServiceRequest> requests = new ArrayList<>();
        for (ExportTraceServiceRequest request : new RandomSpans(random).requests(spans)) {
            requests.add(made.request(request.toBuilder()));
        }
        return requests;
    }

    private ExportTraceServiceRequest request(ExportTraceServiceRequest.Builder request) {
        for (ResourceSpans.Builder resource : request.getResourceSpansBuilderList()) {
            for (ScopeSpans.Builder scope : resource.getScopeSpansBuilderList()) {
                scope.getSpansBuilderList().forEach(this::join);
            }
        }
        return request.build();
    }

    private void join(Span.Builder span) {
        long trace = random.nextInt(traces);
        span.setTraceId(ByteString.copyFrom(ByteBuffer.allocate(16)
                        .putLong(trace % 3 - 1)
                        .putLong(trace)
                        .flip()))
                .setSpanId(id(1 + random.nextInt(IDS)));
        switch (random.nextInt(8)) {
            case 0 -> span.clearParentSpanId();
            case 1 -> span.setParentSpanId(id(0));
            default -> span.setParentSpanId(id(1 + random.nextInt(IDS)));
        }
        if (random.nextInt(10) > 0) {
            long start = BASE_NANOS + trace * 1_000_000 + random.nextInt(900_000);
            long duration = span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
            for (Span.Event.Builder event : span.getEventsBuilderList()) {
                event.setTimeUnixNano(start + event.getTimeUnixNano() - span.getStartTimeUnixNano());
            }
            span.setStartTimeUnixNano(start).setEndTimeUnixNano(start + duration);
        }
    }

    private static ByteString id(long id) {
        return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).flip());
    }
}
