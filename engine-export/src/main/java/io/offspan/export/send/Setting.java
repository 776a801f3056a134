package io.offspan.export.send;

/** A setting that a remedy may name, which whoever sets it can call by a name of his own. */
public enum Setting {
    ENDPOINT,
    PROTOCOL,
    HEADERS,
    COMPRESSION,
    CERTIFICATE,
    ALLOW_PLAIN_HTTP;

    /** Returns the environment variable, its name unless another one is given. */
    public String variable() {
        return (this == ALLOW_PLAIN_HTTP ? "OFFSPAN_EXPORT_" : "OTEL_EXPORTER_OTLP_") + name();
    }
}
