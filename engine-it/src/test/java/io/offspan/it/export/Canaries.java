package io.offspan.it.export;

import io.offspan.export.send.Protocol;
import io.offspan.testkit.gate.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Secrets that an exporter is given, and the search for them in everything that it leaves. */
final class Canaries {
    private static final String HEADER = "canary-header-7f3a";
    private static final String PASSWORD = "canary-password-91bc";
    private static final String QUERY = "canary-query-55d0";
    private static final String ENVIRONMENT = "canary-environment-e2e8";
    private static final String AUTHORIZATION =
            Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    private static final List<String> ALL = List.of(HEADER, PASSWORD, QUERY, ENVIRONMENT, AUTHORIZATION);
    private static final int CONTEXT_CHARS = 100;

    private final List<String> leaks = new ArrayList<>();

    /** Returns the variables that send an exporter to a port of this machine. */
    static Map<String, String> environment(int port, Protocol protocol) {
        String path = protocol == Protocol.HTTP ? "/v1/traces?key=" + QUERY : "";
        return Map.of(
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                "http://user:" + PASSWORD + "@localhost:" + port + path,
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                protocol.word(),
                "OTEL_EXPORTER_OTLP_HEADERS",
                "x-api-key=" + HEADER,
                "AWS_SECRET_ACCESS_KEY",
                ENVIRONMENT);
    }

    /** Returns the headers that each of its requests has to have. */
    static Map<String, String> headers() {
        return Map.of("x-api-key", HEADER, "authorization", "Basic " + AUTHORIZATION);
    }

    /** Searches what a process has printed, and the files that it has written. */
    void search(ChildJvm exporter, Path written) throws IOException {
        search("output", exporter.output());
        search("log", exporter.errors());
        try (Stream<Path> files = Files.list(written)) {
            for (Path file : files.toList()) {
                search(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private void search(String where, String text) {
        for (String secret : ALL) {
            int at = text.indexOf(secret);
            if (at >= 0) {
                leaks.add(where + ": …" + text.substring(Math.max(0, at - CONTEXT_CHARS), at + secret.length()));
            }
        }
    }

    /** Returns where secrets were found. */
    List<String> leaks() {
        return leaks;
    }
}
