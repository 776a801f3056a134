package io.offspan.export;

import io.offspan.export.checkpoint.NamedCheckpoint;
import io.offspan.export.pack.Compression;
import io.offspan.export.send.Certificates;
import io.offspan.export.send.DestinationException;
import io.offspan.export.send.Headers;
import io.offspan.export.send.Protocol;
import io.offspan.export.send.Setting;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings of several destinations from a file of properties.
 *
 * <pre>
 * eu.otlp_grpc.endpoint = https://otlp.eu.example.com:4317
 * eu.otlp_grpc.headers_list = api-key=${EU_KEY}
 * archive.otlp_http.endpoint = http://localhost:4318/v1/traces
 * archive.otlp_http.compression = ${PACKING:-none}
 * </pre>
 *
 * <p>First the name of the destination, which is that of its checkpoint, then the exporter and its settings under the names of
 * OpenTelemetry's declarative configuration, and those of ours. A variable of the environment stands for its value.
 *
 * <p><b>Fails</b> with a {@link DestinationException} that names file and destination; never with a value, which may be a secret.
 */
public final class ExportFile {
    private static final int MAX_DESTINATIONS = 32;
    private static final Pattern KEY = Pattern.compile("(.+)\\.(otlp_http|otlp_grpc)\\.([a-z_.]+)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");
    private static final Set<String> SETTINGS = new TreeSet<>(Set.of(
            "endpoint",
            "headers_list",
            "compression",
            "timeout",
            "tls.ca_file",
            "tls.cert_file",
            "tls.key_file",
            "max_batch_bytes",
            "adaptive",
            "concurrent_requests",
            "bytes_per_second",
            "spans_per_second",
            "backoff_max",
            "probe_interval",
            "allow_plain_http",
            "sampling"));

    private final Path file;
    private final Map<String, String> environment;
    private final Map<String, Entries> destinations = new TreeMap<>();

    /** The settings of one destination as they stand in the file. */
    private record Entries(String exporter, Map<String, String> values) {}

    private ExportFile(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /**
     * Returns the settings of all destinations, in the order of their names.
     *
     * @param environment the variables that values may name, {@link System#getenv()} as a rule
     * @throws DestinationException when the file cannot be read, or a destination cannot be used
     */
    public static List<ExportConfig> read(Path file, Map<String, String> environment) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new DestinationException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + "); name a file of UTF-8 text", e);
        }
        return new ExportFile(file, environment).parse(new StringReader(text));
    }

    private List<ExportConfig> parse(Reader text) {
        Properties properties = new Properties() {
            private static final long serialVersionUID = 1L;

            /** Loading would let the last one win. */
            @Override
            public synchronized @Nullable Object put(Object key, Object value) {
                if (containsKey(key)) {
                    throw refused("has the key '" + key + "' twice; leave one of them");
                }
                return super.put(key, value);
            }
        };
        try {
            properties.load(text);
        } catch (IOException | IllegalArgumentException malformed) {
            throw refused("is no file of properties: " + malformed.getMessage());
        }
        properties.stringPropertyNames().forEach(key -> take(key, properties.getProperty(key)));
        if (destinations.isEmpty() || destinations.size() > MAX_DESTINATIONS) {
            throw refused("names " + destinations.size() + " destinations; 1 to " + MAX_DESTINATIONS
                    + " are allowed, each by a line such as NAME.otlp_http.endpoint = https://host:4318/v1/traces");
        }
        List<ExportConfig> configs = new ArrayList<>();
        destinations.forEach((name, entries) -> configs.add(config(name, entries)));
        return List.copyOf(configs);
    }

    private void take(String key, String value) {
        Matcher parts = KEY.matcher(key);
        if (!parts.matches() || !SETTINGS.contains(parts.group(3))) {
            throw refused(
                    "has the key '" + key + "'; keys are NAME.otlp_http.SETTING and NAME.otlp_grpc.SETTING with one"
                            + " of " + String.join(", ", SETTINGS));
        }
        Entries entries =
                destinations.computeIfAbsent(parts.group(1), name -> new Entries(parts.group(2), new TreeMap<>()));
        if (!entries.exporter.equals(parts.group(2))) {
            throw refused(
                    "gives '" + parts.group(1) + "' both otlp_http and otlp_grpc; a destination has one exporter");
        }
        entries.values.put(parts.group(3), value.strip());
    }

    private DestinationException refused(String why) {
        return new DestinationException(file + " " + why);
    }

    private ExportConfig config(String name, Entries entries) {
        String prefix = name + "." + entries.exporter + ".";
        ExportConfig.Builder builder = ExportConfig.builder()
                .protocol(entries.exporter.equals("otlp_grpc") ? Protocol.GRPC : Protocol.HTTP)
                .called(Setting.PROTOCOL, "the exporter of '" + name + "'")
                .called(Setting.ENDPOINT, prefix + "endpoint")
                .called(Setting.HEADERS, prefix + "headers_list")
                .called(Setting.COMPRESSION, prefix + "compression")
                .called(Setting.CERTIFICATE, prefix + "tls.ca_file")
                .called(Setting.ALLOW_PLAIN_HTTP, prefix + "allow_plain_http");
        try {
            builder.checkpointName(NamedCheckpoint.requireName(name));
            Map<String, String> values = new TreeMap<>();
            entries.values.forEach((setting, value) -> {
                String whole = substituted(prefix + setting, value);
                if (!whole.isEmpty()) {
                    values.put(setting, whole);
                }
            });
            certificates(values, builder);
            for (Map.Entry<String, String> each : values.entrySet()) {
                set(builder, prefix + each.getKey(), each.getKey(), each.getValue());
            }
            if (!values.containsKey("endpoint")) {
                throw new DestinationException("it has no endpoint; set " + prefix + "endpoint");
            }
            return builder.build();
        } catch (DestinationException | IllegalArgumentException unusable) {
            throw new DestinationException(
                    "The destination '" + name + "' of " + file + ": " + unusable.getMessage(), unusable);
        }
    }

    private static void certificates(Map<String, String> values, ExportConfig.Builder builder) {
        String trusted = values.remove("tls.ca_file");
        String certificate = values.remove("tls.cert_file");
        String key = values.remove("tls.key_file");
        if (trusted != null || certificate != null || key != null) {
            builder.certificates(new Certificates(path(trusted), path(certificate), path(key)));
        }
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }

    private static void set(ExportConfig.Builder builder, String key, String setting, String value) {
        switch (setting) {
            case "endpoint" -> builder.endpoint(uri(key, value));
            case "headers_list" -> builder.headers(Headers.parse(key, value));
            case "compression" -> builder.compression(compression(key, value));
            case "timeout" -> builder.timeout(Duration.ofMillis(number(key, value)));
            case "max_batch_bytes" -> builder.maxBatchBytes((int) Math.min(Integer.MAX_VALUE, number(key, value)));
            case "adaptive" -> builder.adaptive(truth(key, value));
            case "concurrent_requests" ->
                builder.concurrentRequests((int) Math.min(Integer.MAX_VALUE, number(key, value)));
            case "bytes_per_second" -> builder.bytesPerSecond(number(key, value));
            case "spans_per_second" -> builder.spansPerSecond(number(key, value));
            case "backoff_max" -> builder.backoffMax(Duration.ofMillis(number(key, value)));
            case "sampling" -> builder.sampling(Path.of(value));
            case "probe_interval" -> builder.probeInterval(Duration.ofMillis(number(key, value)));
            default -> builder.allowPlainHttp(truth(key, value));
        }
    }

    /** Puts in the values of variables; one that is not set and has no default is a mistake, not an empty secret. */
    private String substituted(String key, String value) {
        Matcher variables = VARIABLE.matcher(value);
        StringBuilder whole = new StringBuilder();
        while (variables.find()) {
            String set = environment.getOrDefault(variables.group(1), "");
            String used = set.isEmpty() ? variables.group(2) : set;
            if (used == null) {
                throw new DestinationException(key + " names the variable " + variables.group(1)
                        + ", which is not set; set it, or write ${" + variables.group(1) + ":-} for nothing");
            }
            variables.appendReplacement(whole, Matcher.quoteReplacement(used));
        }
        return variables.appendTail(whole).toString().strip();
    }

    private static URI uri(String key, String value) {
        try {
            return new URI(value);
        } catch (URISyntaxException e) {
            // The exception's message has the text in it, which may hold a password.
            throw new DestinationException(key + " is not an address: " + e.getReason() + " at character "
                    + e.getIndex() + "; write it as https://host:4318/v1/traces");
        }
    }

    private static Compression compression(String key, String value) {
        Compression named = Compression.named(value);
        if (named == null) {
            throw new DestinationException(
                    key + " names a compression that is not supported; use " + Compression.NAMES);
        }
        return named;
    }

    private static long number(String key, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new DestinationException(key + " is not a whole number");
        }
    }

    private static boolean truth(String key, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new DestinationException(key + " is neither true nor false");
        };
    }
}
