package io.offspan.otel;

import io.offspan.codec.span.Envelope;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.nio.charset.StandardCharsets;
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
    static final int MAX_ENTRIES = 1024;

    private static final int RESOURCE_ATTRIBUTES = 1;
    private static final int SCOPE_NAME = 1;
    private static final int SCOPE_VERSION = 2;
    private static final int SCOPE_ATTRIBUTES = 3;

    /** How many messages of a request a resource or scope is in, itself included. */
    private static final int RESOURCE_NESTING = 3;

    private static final int SCOPE_NESTING = 4;

    private final Map<Object, Envelope> known = new IdentityHashMap<>();
    private final AnyValueBytes bytes = new AnyValueBytes();

    Envelope of(Resource resource) {
        Envelope envelope = known.get(resource);
        if (envelope == null) {
            bytes.clear(RESOURCE_NESTING);
            bytes.attributes(RESOURCE_ATTRIBUTES, resource.getAttributes());
            envelope = remember(resource, resource.getSchemaUrl());
        }
        return envelope;
    }

    Envelope of(InstrumentationScopeInfo scope) {
        Envelope envelope = known.get(scope);
        if (envelope == null) {
            bytes.clear(SCOPE_NESTING);
            bytes.text(SCOPE_NAME, scope.getName());
            String version = scope.getVersion();
            bytes.text(SCOPE_VERSION, version == null ? "" : version);
            bytes.attributes(SCOPE_ATTRIBUTES, scope.getAttributes());
            envelope = remember(scope, scope.getSchemaUrl());
        }
        return envelope;
    }

    private Envelope remember(Object key, @Nullable String schemaUrl) {
        if (known.size() >= MAX_ENTRIES) {
            known.clear();
        }
        byte[] schema = schemaUrl == null ? new byte[0] : schemaUrl.getBytes(StandardCharsets.UTF_8);
        byte[] message = bytes.toBytes();
        Envelope envelope = new Envelope().set(message, 0, message.length, schema, 0, schema.length);
        known.put(key, envelope);
        return envelope;
    }
}
