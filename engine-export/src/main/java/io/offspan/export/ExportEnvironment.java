package io.offspan.export;

import io.offspan.export.pack.Compression;
import io.offspan.export.send.Certificates;
import io.offspan.export.send.DestinationException;
import io.offspan.export.send.Headers;
import io.offspan.export.send.Protocol;
import io.offspan.export.send.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an exporter's settings from environment variables, by the rules of OpenTelemetry: the variable for traces goes before the
 * general one, and an empty one counts as unset.
 */
final class ExportEnvironment {
    private static final String GENERAL = "OTEL_EXPORTER_OTLP_";
    private static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_";
    private static final String OURS = "OFFSPAN_EXPORT_";

    private final Map<String, String> variables;

    ExportEnvironment(Map<String, String> variables) {
        this.variables = variables;
    }

    void applyTo(ExportConfig.Builder builder) {
        applyProtocol(builder);
        applyEndpoint(builder);
        String headers = name("HEADERS");
        if (headers != null) {
            builder.headers(Headers.parse(headers, get(headers))).called(Setting.HEADERS, headers);
        }
        String timeout = name("TIMEOUT");
        if (timeout != null) {
            builder.timeout(millis(timeout));
        }
        String compression = name("COMPRESSION");
        if (compression != null) {
            builder.compression(compression(compression)).called(Setting.COMPRESSION, compression);
        }
        Path trusted = path("CERTIFICATE");
        Path certificate = path("CLIENT_CERTIFICATE");
        Path key = path("CLIENT_KEY");
        if (trusted != null || certificate != null || key != null) {
            builder.certificates(new Certificates(trusted, certificate, key));
        }
        applyOurs(builder);
    }

    private void applyOurs(ExportConfig.Builder builder) {
        if (isSet(OURS + "CHECKPOINT")) {
            builder.checkpointName(get(OURS + "CHECKPOINT"));
        }
        if (isSet(OURS + "MAX_BATCH_BYTES")) {
            builder.maxBatchBytes((int) Math.min(Integer.MAX_VALUE, number(OURS + "MAX_BATCH_BYTES")));
        }
        if (isSet(OURS + "ADAPTIVE")) {
            builder.adaptive(truth(OURS + "ADAPTIVE"));
        }
        if (isSet(OURS + "CONCURRENT_REQUESTS")) {
            builder.concurrentRequests((int) Math.min(Integer.MAX_VALUE, number(OURS + "CONCURRENT_REQUESTS")));
        }
        if (isSet(OURS + "BYTES_PER_SECOND")) {
            builder.bytesPerSecond(number(OURS + "BYTES_PER_SECOND"));
        }
        if (isSet(OURS + "SPANS_PER_SECOND")) {
            builder.spansPerSecond(number(OURS + "SPANS_PER_SECOND"));
        }
        if (isSet(OURS + "ALLOW_PLAIN_HTTP")) {
            builder.allowPlainHttp(truth(OURS + "ALLOW_PLAIN_HTTP"));
        }
        if (isSet(OURS + "BACKOFF_MAX")) {
            builder.backoffMax(millis(OURS + "BACKOFF_MAX"));
        }
        if (isSet(OURS + "SAMPLING")) {
            builder.sampling(Path.of(get(OURS + "SAMPLING")));
        }
        if (isSet(OURS + "PROBE_INTERVAL")) {
            builder.probeInterval(millis(OURS + "PROBE_INTERVAL"));
        }
    }

    private void applyProtocol(ExportConfig.Builder builder) {
        String variable = name("PROTOCOL");
        if (variable == null) {
            return;
        }
        Protocol protocol = Protocol.named(get(variable));
        if (protocol == null) {
            String known = get(variable).equals("http/json") ? "http/json" : "unknown here";
            throw new DestinationException("The protocol that " + variable + " asks for (" + known
                    + ") is not supported; use http/protobuf, or grpc with the port of the receiver's gRPC side, 4317 as"
                    + " a rule");
        }
        builder.protocol(protocol).called(Setting.PROTOCOL, variable);
    }

    private void applyEndpoint(ExportConfig.Builder builder) {
        if (isSet(TRACES + "ENDPOINT")) {
            builder.endpoint(uri(TRACES + "ENDPOINT")).called(Setting.ENDPOINT, TRACES + "ENDPOINT");
        } else if (isSet(GENERAL + "ENDPOINT")) {
            builder.baseEndpoint(uri(GENERAL + "ENDPOINT"));
        }
    }

    private URI uri(String variable) {
        try {
            return new URI(get(variable));
        } catch (URISyntaxException e) {
            // The exception's message has the text in it, which may hold a password.
            throw new DestinationException(variable + " is not an address: " + e.getReason() + " at character "
                    + e.getIndex() + "; write it as https://host:4318");
        }
    }

    private Compression compression(String variable) {
        Compression named = Compression.named(get(variable));
        if (named == null) {
            throw new DestinationException(
                    variable + " names a compression that is not supported; use " + Compression.NAMES);
        }
        return named;
    }

    private @Nullable Path path(String key) {
        String variable = name(key);
        return variable == null ? null : Path.of(get(variable));
    }

    private Duration millis(String variable) {
        return Duration.ofMillis(number(variable));
    }

    private long number(String variable) {
        try {
            return Long.parseLong(get(variable));
        } catch (NumberFormatException e) {
            throw new DestinationException(variable + " is not a whole number");
        }
    }

    private boolean truth(String variable) {
        return switch (get(variable).toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new DestinationException(variable + " is neither true nor false");
        };
    }

    /** Returns the variable that counts for a setting, or null when neither is set. */
    private @Nullable String name(String key) {
        if (isSet(TRACES + key)) {
            return TRACES + key;
        }
        return isSet(GENERAL + key) ? GENERAL + key : null;
    }

    private boolean isSet(String variable) {
        return !get(variable).isEmpty();
    }

    private String get(String variable) {
        return variables.getOrDefault(variable, "").strip();
    }
}
