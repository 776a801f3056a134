package io.offspan.codec.model;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.EnvelopeSource;
import io.offspan.codec.span.SpanView;
import java.nio.charset.StandardCharsets;

/**
 * What made spans: name, version and attributes of an OTLP instrumentation scope, and its schema URL.
 *
 * <p>An absent scope reads as one without name.
 */
public record Scope(String name, String version, Attributes attributes, int droppedAttributes, String schemaUrl)
        implements EnvelopeSource {
    /** A scope that says nothing. */
    public static final Scope EMPTY = new Scope("", "", Attributes.EMPTY, 0, "");

    /** Reads the scope of a span. */
    public static Scope of(SpanView span) {
        return of(new Envelope().copyFrom(span.strings(), span.scopeIndex()));
    }

    /**
     * Reads an envelope.
     *
     * @throws io.offspan.codec.FormatException when it holds anything but a scope
     */
    public static Scope of(Envelope envelope) {
        return MessageReader.scope(envelope);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Envelope toEnvelope() {
        MessageWriter writer = new MessageWriter();
        writer.text(1, name);
        writer.text(2, version);
        writer.attributes(3, attributes);
        writer.number(4, droppedAttributes & 0xffff_ffffL);
        byte[] message = writer.toByteArray();
        byte[] schema = schemaUrl.getBytes(StandardCharsets.UTF_8);
        return new Envelope().set(message, 0, message.length, schema, 0, schema.length);
    }

    /** Collects what a scope has. */
    public static final class Builder {
        private final Attributes.Builder attributes = Attributes.builder();
        private String name = "";
        private String version = "";
        private String schemaUrl = "";

        private Builder() {}

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder version(String version) {
            this.version = version;
            return this;
        }

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

        public Scope build() {
            return new Scope(name, version, attributes.build(), 0, schemaUrl);
        }
    }
}
