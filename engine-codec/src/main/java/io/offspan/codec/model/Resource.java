package io.offspan.codec.model;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.EnvelopeSource;
import io.offspan.codec.span.SpanView;
import java.nio.charset.StandardCharsets;

/**
 * Where spans come from: the attributes of an OTLP resource and their schema URL.
 *
 * <p>An absent resource reads as one without attributes. Fields of a resource message other than these stay in the store and
 * are exported; they have no place here.
 */
public record Resource(Attributes attributes, int droppedAttributes, String schemaUrl) implements EnvelopeSource {
    /** A resource that says nothing. */
    public static final Resource EMPTY = new Resource(Attributes.EMPTY, 0, "");

    private static final String SERVICE_NAME = "service.name";

    /** Reads the resource of a span. */
    public static Resource of(SpanView span) {
        return of(new Envelope().copyFrom(span.strings(), span.resourceIndex()));
    }

    /**
     * Reads an envelope.
     *
     * @throws io.offspan.codec.FormatException when it holds anything but a resource
     */
    public static Resource of(Envelope envelope) {
        return MessageReader.resource(envelope);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Returns the service's name, empty when the resource does not say. */
    public String serviceName() {
        String name = attributes.text(SERVICE_NAME);
        return name == null ? "" : name;
    }

    @Override
    public Envelope toEnvelope() {
        MessageWriter writer = new MessageWriter();
        writer.attributes(1, attributes);
        writer.number(2, droppedAttributes & 0xffff_ffffL);
        byte[] message = writer.toByteArray();
        byte[] schema = schemaUrl.getBytes(StandardCharsets.UTF_8);
        return new Envelope().set(message, 0, message.length, schema, 0, schema.length);
    }

    /** Collects what a resource has. */
    public static final class Builder {
        private final Attributes.Builder attributes = Attributes.builder();
        private String schemaUrl = "";

        private Builder() {}

        public Builder put(String key, String value) {
            attributes.put(key, value);
            return this;
        }

        public Builder put(String key, Value value) {
            attributes.put(key, value);
            return this;
        }

        public Builder putAll(Attributes more) {
            more.forEach(attribute -> attributes.put(attribute.key(), attribute.value()));
            return this;
        }

        public Builder schemaUrl(String url) {
            schemaUrl = url;
            return this;
        }

        public Resource build() {
            return new Resource(attributes.build(), 0, schemaUrl);
        }
    }
}
