package io.offspan.export.send;

import org.jspecify.annotations.Nullable;

/** How requests travel. */
public enum Protocol {
    /** OTLP over HTTP/1.1, a POST for each request. */
    HTTP("http/protobuf"),
    /** OTLP over gRPC, a call for each request; needs the module {@code engine-export-grpc}. */
    GRPC("grpc");

    private final String word;

    Protocol(String word) {
        this.word = word;
    }

    /** Returns the name that OpenTelemetry's settings have for it. */
    public String word() {
        return word;
    }

    /** Returns the one that a setting names, or null. */
    public static @Nullable Protocol named(String name) {
        for (Protocol each : values()) {
            if (each.word.equals(name.strip())) {
                return each;
            }
        }
        return null;
    }
}
