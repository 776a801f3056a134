package io.offspan.bench.yardstick;

import io.offspan.bench.w1.W1Names;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.wire.Hex;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationLibraryInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A span of the workload as OpenTelemetry's SDK hands it to an exporter. */
final class OtelSpan implements SpanData {
    private final W1Span span;
    private final SpanContext context;
    private final SpanContext parent;
    private final StatusData status;
    private final Attributes attributes;
    private final List<EventData> events;
    private final Resource resource;
    private final InstrumentationScopeInfo scope;

    /** What the spans of a batch have in common; exporters group by identity. */
    static final class Shared {
        private final Map<Integer, Resource> resources = new HashMap<>();
        private final InstrumentationScopeInfo application = scope("io.opentelemetry.app", "1.4.2");
        private final InstrumentationScopeInfo server = scope("io.opentelemetry.http-server", "2.10.0");

        private static InstrumentationScopeInfo scope(String name, String version) {
            return InstrumentationScopeInfo.builder(name).setVersion(version).build();
        }

        private static Resource resource(int service) {
            String name = W1Names.service(service);
            return Resource.create(
                    Attributes.builder()
                            .put("service.name", name)
                            .put("service.namespace", "shop")
                            .put("service.version", "3." + service % 10 + ".0")
                            .put("service.instance.id", "00000000-0000-0000-0000-000000000000")
                            .put("deployment.environment.name", "production")
                            .put("host.name", "node-" + service + ".prod.internal")
                            .put("telemetry.sdk.language", "java")
                            .build(),
                    "https://opentelemetry.io/schemas/1.38.0");
        }
    }

    OtelSpan(W1Span span, Shared shared) {
        this.span = span;
        String trace = Hex.of(span.traceIdHigh(), span.traceIdLow());
        context = context(trace, span.spanId());
        parent = span.root() ? SpanContext.getInvalid() : context(trace, span.parentId());
        status = switch (span.status()) {
            case 0 -> StatusData.unset();
            case W1Span.ERROR -> StatusData.create(io.opentelemetry.api.trace.StatusCode.ERROR, span.message());
            default -> StatusData.ok();
        };
        attributes = attributes(span);
        events = switch (span.event()) {
            case NONE -> List.of();
            case EXCEPTION ->
                List.of(event(
                        span,
                        "exception",
                        Attributes.builder()
                                .put("exception.type", W1Span.TIMEOUT)
                                .put("exception.message", span.message())
                                .build()));
            case MESSAGE ->
                List.of(event(
                        span,
                        "message",
                        Attributes.builder()
                                .put("message.id", span.rows())
                                .put("message.type", span.messageType())
                                .build()));
        };
        resource = shared.resources.computeIfAbsent(span.service(), Shared::resource);
        scope = span.kind() == W1Span.INTERNAL ? shared.application : shared.server;
    }

    private static EventData event(W1Span span, String name, Attributes attributes) {
        return EventData.create(span.eventNanos(), name, attributes);
    }

    private static SpanContext context(String trace, long id) {
        return SpanContext.create(trace, Hex.of(id), TraceFlags.getSampled(), TraceState.getDefault());
    }

    private static Attributes attributes(W1Span span) {
        return Attributes.builder()
                .put("http.request.method", span.method())
                .put("http.route", span.route())
                .put("url.full", span.url())
                .put("http.response.status_code", span.statusCode())
                .put("server.address", span.address())
                .put("server.port", span.port())
                .put("user.id", span.user())
                .put("db.response.returned_rows", span.rows())
                .put("cache.hit", span.hit())
                .put("app.score", span.score())
                .build();
    }

    @Override
    public String getName() {
        return span.name();
    }

    @Override
    public SpanKind getKind() {
        return SpanKind.values()[span.kind() - 1];
    }

    @Override
    public SpanContext getSpanContext() {
        return context;
    }

    @Override
    public SpanContext getParentSpanContext() {
        return parent;
    }

    @Override
    public StatusData getStatus() {
        return status;
    }

    @Override
    public long getStartEpochNanos() {
        return span.startNanos();
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public List<EventData> getEvents() {
        return events;
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public long getEndEpochNanos() {
        return span.endNanos();
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return events.size();
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    @Override
    @SuppressWarnings("deprecation")
    public InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return InstrumentationLibraryInfo.empty();
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return scope;
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
