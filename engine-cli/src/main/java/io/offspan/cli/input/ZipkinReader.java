package io.offspan.cli.input;

import io.offspan.cli.input.ZipkinSpan.Annotation;
import io.offspan.cli.input.ZipkinSpan.Endpoint;
import io.offspan.cli.input.ZipkinSpan.Tag;
import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads Zipkin's JSON, of version 2 and of version 1: an array of spans, an array of such arrays, or spans one after another.
 *
 * <p>What OpenTelemetry's mapping for Zipkin exporters says is undone: the local service becomes {@code service.name} of the resource,
 * tags become attributes and annotations events, {@code otel.status_code} and {@code otel.scope.*} go where they came from, an {@code
 * error} tag is an error status with its text (and stays a tag). Endpoints are {@code peer.service} and {@code network.local.*} and
 * {@code network.peer.*}, the flags {@code zipkin.shared} and {@code zipkin.debug}. Microseconds become nanoseconds; a span without
 * timestamp starts at 0, one without duration ends where it starts, one without kind has none.
 *
 * <p>A wrong span is refused with its place.
 */
final class ZipkinReader extends JsonReader {
    private static final int MAX_ENVELOPES = 10_000;
    private static final String STATUS_CODE = "otel.status_code";
    private static final int UNKNOWN = -1;
    private static final int UNSET = 0;
    private static final int ERROR = 2;

    private static final Set<String> STARTS = Set.of("traceId", "id", "parentId");
    private static final Set<String> MAY_START = Set.of("name", "kind", "localEndpoint", "duration", "shared", "debug");

    private final SpanDraft draft = new SpanDraft();
    private final ZipkinSpan span = new ZipkinSpan();
    private final Map<String, Envelope> services = new HashMap<>();
    private final Map<Scope, Envelope> scopes = new HashMap<>();

    ZipkinReader() {
        super(STARTS, MAY_START);
    }

    @Override
    void record(JsonInput in, Intake intake) throws IOException {
        String place = in.place();
        FormatException refused = in.guarded("a span", () -> {
            span.read(in);
            if (span.traceId.isEmpty() && span.id.isEmpty()) {
                refuseOthers();
            }
            fill(place);
        });
        if (refused == null) {
            intake.append(draft, place);
        } else {
            intake.refuse(refused);
        }
    }

    private void refuseOthers() {
        String known = KnownKinds.ofFields(span.unknown);
        if (known != null) {
            throw new InputException(InputException.FOREIGN, known);
        }
    }

    @Override
    @Nullable
    String foreign() {
        return null;
    }

    @Override
    void abandon(Intake intake) {
        // A span that is torn is counted by why.
    }

    private void fill(String place) {
        draft.clear().resource(service(span.local.service)).kind(kind(place));
        long spanId = Ids.span(span.id, place + "id: ");
        Ids.trace(span.traceId, place + "traceId: ", draft, spanId);
        if (!span.parentId.isEmpty()) {
            draft.parent(Ids.span(span.parentId, place + "parentId: "));
        }
        draft.name(span.name).times(span.startNanos, span.startNanos + span.durationNanos);
        tags();
        endpoint(span.local, "network.local");
        if (!span.remote.service.isEmpty()) {
            draft.attribute("peer.service", span.remote.service);
        }
        endpoint(span.remote, "network.peer");
        if (span.shared) {
            draft.attribute("zipkin.shared", true);
        }
        if (span.debug) {
            draft.attribute("zipkin.debug", true);
        }
        for (Annotation annotation : span.annotations) {
            draft.event(annotation.timeNanos(), annotation.text());
        }
    }

    private int kind(String place) {
        int kind = span.kind.isEmpty() ? 0 : OtlpEnumeration.SPAN_KIND.number(span.kind);
        if (kind == UNKNOWN) {
            throw new FormatException(
                    Reason.MALFORMED,
                    place + "kind is '" + Ids.shortened(span.kind)
                            + "', expected CLIENT, SERVER, PRODUCER or CONSUMER");
        }
        return kind;
    }

    private void tags() {
        String scope = "";
        String version = "";
        String description = "";
        String error = null;
        int code = UNKNOWN;
        for (Tag tag : span.tags) {
            int stated = tag.key().equals(STATUS_CODE) ? OtlpEnumeration.STATUS_CODE.number(tag.value()) : UNKNOWN;
            code = Math.max(code, stated);
            switch (tag.key()) {
                case "otel.status_description" -> description = tag.value();
                case "otel.scope.name", "otel.library.name" -> scope = tag.value();
                case "otel.scope.version", "otel.library.version" -> version = tag.value();
                default -> {
                    error = tag.key().equals("error") ? tag.value() : error;
                    if (stated == UNKNOWN) {
                        draft.attribute(tag.key(), tag.value());
                    }
                }
            }
        }
        status(code, error, description);
        draft.scope(scope(scope, version));
    }

    /** An {@code error} tag is an error whatever the code says, unless it says "false" beside a code that says something else. */
    private void status(int stated, @Nullable String error, String description) {
        int code = stated;
        String message = description;
        if (error != null && (stated == UNKNOWN || !error.equalsIgnoreCase("false"))) {
            code = ERROR;
            message = description.isEmpty() && !error.equalsIgnoreCase("true") ? error : description;
        }
        if (code > UNSET) {
            draft.status(code);
        }
        if (!message.isEmpty()) {
            draft.statusMessage(message);
        }
    }

    private void endpoint(Endpoint endpoint, String prefix) {
        if (!endpoint.ipv4.isEmpty()) {
            draft.attribute(prefix + ".address", endpoint.ipv4);
        }
        if (!endpoint.ipv6.isEmpty()) {
            draft.attribute(endpoint.ipv4.isEmpty() ? prefix + ".address" : prefix + ".address.ipv6", endpoint.ipv6);
        }
        if (endpoint.port != 0) {
            draft.attribute(prefix + ".port", endpoint.port);
        }
    }

    private Envelope service(String name) {
        if (services.size() > MAX_ENVELOPES) {
            services.clear();
        }
        return services.computeIfAbsent(
                name,
                known -> known.isEmpty()
                        ? new Envelope()
                        : Resource.builder().put("service.name", known).build().toEnvelope());
    }

    private Envelope scope(String name, String version) {
        if (scopes.size() > MAX_ENVELOPES) {
            scopes.clear();
        }
        Scope scope = Scope.builder().name(name).version(version).build();
        return scopes.computeIfAbsent(scope, known -> known.equals(Scope.EMPTY) ? new Envelope() : known.toEnvelope());
    }
}
