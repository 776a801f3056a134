package io.offspan.otel;

import io.offspan.codec.model.Scope;
import io.offspan.codec.span.Envelope;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes each resource and scope once: the SDK hands out the same object for all spans of a provider or tracer.
 *
 * <p><b>Threads.</b> Belongs to one thread at a time.
 */
final class EnvelopeCache {
    /** Forgets everything beyond this many, so that a host that makes tracers without end costs no memory. */
    private static final int MAX_ENTRIES = 1024;

    private final Map<Object, Envelope> known = new IdentityHashMap<>();

    Envelope of(Resource resource) {
        Envelope envelope = known.get(resource);
        return envelope == null ? remember(resource, encode(resource)) : envelope;
    }

    Envelope of(InstrumentationScopeInfo scope) {
        Envelope envelope = known.get(scope);
        return envelope == null ? remember(scope, encode(scope)) : envelope;
    }

    private Envelope remember(Object key, Envelope envelope) {
        if (known.size() >= MAX_ENTRIES) {
            known.clear();
        }
        known.put(key, envelope);
        return envelope;
    }

    private static Envelope encode(Resource resource) {
        return io.offspan.codec.model.Resource.builder()
                .putAll(ModelValues.of(resource.getAttributes()))
                .schemaUrl(orEmpty(resource.getSchemaUrl()))
                .build()
                .toEnvelope();
    }

    private static Envelope encode(InstrumentationScopeInfo scope) {
        return Scope.builder()
                .name(scope.getName())
                .version(orEmpty(scope.getVersion()))
                .putAll(ModelValues.of(scope.getAttributes()))
                .schemaUrl(orEmpty(scope.getSchemaUrl()))
                .build()
                .toEnvelope();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
