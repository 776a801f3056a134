package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.Units;
import io.offspan.export.ExportConfig;
import io.offspan.export.pack.Compression;
import io.offspan.export.send.Certificates;
import io.offspan.export.send.DestinationException;
import io.offspan.export.send.Protocol;
import io.offspan.export.send.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say where and how spans are sent; the environment variables of OpenTelemetry and of Offspan hold where an option is
 * absent.
 */
final class DestinationOptions {
    private static final String GENERAL = "OTEL_EXPORTER_OTLP_";
    private static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "The OTLP receiver. /v1/traces is appended to an address without path, such as"
                    + " http://localhost:4318; one with a path is used as it is. For gRPC an address without path,"
                    + " such as http://localhost:4317.")
    private @Nullable String endpoint;

    @Option(names = "--protocol", paramLabel = "NAME", description = "http/protobuf (default) or grpc.")
    private @Nullable String protocol;

    @Option(
            names = "--compression",
            paramLabel = "NAME",
            description = "gzip (default), zstd, none, or auto: what samples say is cheapest.")
    private @Nullable String compression;

    @Option(
            names = "--header",
            paramLabel = "NAME=VALUE",
            description =
                    "A header of every request; may come again. Others of this machine can see command lines: a secret is"
                            + " safer in OTEL_EXPORTER_OTLP_HEADERS.")
    private List<String> headers = List.of();

    @Option(names = "--certificate", paramLabel = "FILE", description = "The authorities to trust, PEM.")
    private @Nullable Path certificate;

    @Option(names = "--client-certificate", paramLabel = "FILE", description = "The certificate to show, PEM.")
    private @Nullable Path clientCertificate;

    @Option(names = "--client-key", paramLabel = "FILE", description = "Its key, unencrypted PKCS#8 PEM.")
    private @Nullable Path clientKey;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = Units.DurationNanos.class,
            description = "The most time for a request and its answer (default: 10s).")
    private @Nullable Long timeoutNanos;

    @Option(
            names = "--max-batch-bytes",
            paramLabel = "N",
            description = "The most bytes of a request before compression (default: 4000000).")
    private @Nullable Integer maxBatchBytes;

    @Option(names = "--allow-plain-http", description = "Allow HTTP without TLS to another machine.")
    private boolean allowPlainHttp;

    /** Tells whether an option names a receiver, or the environment does. */
    boolean namesReceiver(Map<String, String> environment) {
        return endpoint != null
                || !environment.getOrDefault(TRACES + "ENDPOINT", "").isBlank()
                || !environment.getOrDefault(GENERAL + "ENDPOINT", "").isBlank();
    }

    /** Tells whether any option was given that a file has no use for. */
    boolean anyGiven() {
        return endpoint != null
                || protocol != null
                || compression != null
                || !headers.isEmpty()
                || certificate != null
                || clientCertificate != null
                || clientKey != null
                || timeoutNanos != null
                || maxBatchBytes != null
                || allowPlainHttp;
    }

    /**
     * Returns the settings; refuses what cannot be used with exit status 2.
     *
     * @param checkpoint the name of the checkpoint where an option has one, which goes before its variable
     * @param sampling the file of sampling policies, in the same way
     */
    ExportConfig config(
            Map<String, String> environment, @Nullable String checkpoint, boolean fromStart, @Nullable Path sampling) {
        try {
            Map<String, String> variables = withoutOverridden(environment);
            if (checkpoint != null) {
                variables.remove("OFFSPAN_EXPORT_CHECKPOINT");
            }
            if (sampling != null) {
                variables.remove("OFFSPAN_EXPORT_SAMPLING");
            }
            ExportConfig.Builder builder = ExportConfig.builder().environment(variables);
            apply(builder);
            if (sampling != null) {
                builder.sampling(sampling);
            }
            if (checkpoint != null) {
                builder.checkpointName(checkpoint);
            }
            return builder.fromStart(fromStart).build();
        } catch (DestinationException | IllegalArgumentException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        }
    }

    /** An option goes before its variables, also before a variable that could not be used. */
    private Map<String, String> withoutOverridden(Map<String, String> environment) {
        Map<String, String> rest = new HashMap<>(environment);
        drop(rest, endpoint, "ENDPOINT");
        drop(rest, protocol, "PROTOCOL");
        drop(rest, compression, "COMPRESSION");
        drop(rest, timeoutNanos, "TIMEOUT");
        boolean certificates = certificate != null || clientCertificate != null || clientKey != null;
        for (String file : List.of("CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY")) {
            drop(rest, certificates ? file : null, file);
        }
        if (maxBatchBytes != null) {
            rest.remove("OFFSPAN_EXPORT_MAX_BATCH_BYTES");
        }
        return rest;
    }

    private static void drop(Map<String, String> variables, @Nullable Object option, String key) {
        if (option != null) {
            variables.remove(GENERAL + key);
            variables.remove(TRACES + key);
        }
    }

    private void apply(ExportConfig.Builder builder) {
        nameRemedies(builder);
        if (protocol != null) {
            builder.protocol(protocol(protocol));
        }
        if (endpoint != null) {
            URI address = address(endpoint);
            boolean bare = address.getRawPath() == null
                    || address.getRawPath().isEmpty()
                    || address.getRawPath().equals("/");
            if (bare) {
                builder.baseEndpoint(address);
            } else {
                builder.endpoint(address);
            }
        }
        if (compression != null) {
            builder.compression(compression(compression));
        }
        for (int i = 0; i < headers.size(); i++) {
            addHeader(builder, i + 1, headers.get(i));
        }
        if (certificate != null || clientCertificate != null || clientKey != null) {
            requireReadable("--certificate", certificate);
            requireReadable("--client-certificate", clientCertificate);
            requireReadable("--client-key", clientKey);
            builder.certificates(new Certificates(certificate, clientCertificate, clientKey));
        }
        if (timeoutNanos != null) {
            builder.timeout(Duration.ofNanos(timeoutNanos));
        }
        if (maxBatchBytes != null) {
            builder.maxBatchBytes(maxBatchBytes);
        }
        if (allowPlainHttp) {
            builder.allowPlainHttp(true);
        }
    }

    /** Remedies name what was typed, and options where nothing was said. */
    private void nameRemedies(ExportConfig.Builder builder) {
        if (endpoint != null) {
            builder.called(Setting.ENDPOINT, "--endpoint");
        }
        if (protocol != null) {
            builder.called(Setting.PROTOCOL, "--protocol");
        }
        if (!headers.isEmpty()) {
            builder.called(Setting.HEADERS, "--header");
        }
        if (compression != null) {
            builder.called(Setting.COMPRESSION, "--compression");
        }
        if (certificate != null) {
            builder.called(Setting.CERTIFICATE, "--certificate");
        }
    }

    private static Protocol protocol(String wanted) {
        Protocol named = Protocol.named(wanted);
        if (named == null) {
            throw CommandException.usage("--protocol is '" + wanted + "'; http/protobuf and grpc are allowed");
        }
        return named;
    }

    private static Compression compression(String wanted) {
        Compression named = Compression.named(wanted);
        if (named == null) {
            throw CommandException.usage("--compression is '" + wanted + "'; " + Compression.NAMES + " are allowed");
        }
        return named;
    }

    private static URI address(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // The exception's message has the text in it, which may hold a password.
            throw CommandException.usage("--endpoint is not an address: " + e.getReason() + " at character "
                    + e.getIndex() + "; write it as http://localhost:4318");
        }
    }

    private static void requireReadable(String option, @Nullable Path file) {
        if (file != null && !Files.isReadable(file)) {
            throw CommandException.usage("the file of " + option + " does not exist or may not be read by this user");
        }
    }

    private static void addHeader(ExportConfig.Builder builder, int number, String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            // Not repeated: it may be a secret.
            throw CommandException.usage(
                    "--header number " + number + " has no name before a '='; write it as --header 'name=value'");
        }
        builder.header(
                text.substring(0, equals).strip(), text.substring(equals + 1).strip());
    }
}
