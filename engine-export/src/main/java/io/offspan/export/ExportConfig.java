package io.offspan.export;

import io.offspan.core.value.SpanStoreException;
import io.offspan.export.checkpoint.NamedCheckpoint;
import io.offspan.export.pack.Choice;
import io.offspan.export.pack.Compression;
import io.offspan.export.pack.Packing;
import io.offspan.export.sampling.SamplingFiles;
import io.offspan.export.sampling.SamplingRules;
import io.offspan.export.send.Certificates;
import io.offspan.export.send.Destination;
import io.offspan.export.send.DestinationException;
import io.offspan.export.send.GrpcChannels;
import io.offspan.export.send.Headers;
import io.offspan.export.send.OtlpGrpcSender;
import io.offspan.export.send.OtlpHttpSender;
import io.offspan.export.send.OtlpSender;
import io.offspan.export.send.Protocol;
import io.offspan.export.send.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an exporter, checked when they are made; immutable. Headers, user info and paths of keys print as {@code ***}.
 */
public final class ExportConfig {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final int MAX_REQUESTS = 16;
    private static final int ADAPTIVE_REQUESTS = 4;

    private final Protocol protocol;
    private final Destination destination;
    private final Headers headers;
    private final @Nullable Certificates certificates;
    private final Compression compression;
    private final Duration timeout;
    private final String checkpointName;
    private final boolean fromStart;
    private final int maxBatchBytes;
    private final boolean adaptive;
    private final int concurrentRequests;
    private final long bytesPerSecond;
    private final long spansPerSecond;
    private final Duration backoffMin;
    private final Duration backoffMax;
    private final Duration retryAfterCap;
    private final Duration probeInterval;
    private final @Nullable SamplingRules sampling;
    private final String samplingName;
    private final Consumer<Runnable> requestScope;
    private final ExportClock clock;

    private ExportConfig(Builder from) {
        headers = from.headers;
        certificates = from.certificates;
        protocol = from.protocol;
        destination = Destination.of(from.address(), headers, certificates, from.allowPlainHttp, from.names, protocol);
        compression = from.compression;
        requireLibrary(protocol, compression, destination);
        timeout = from.timeout;
        checkpointName = from.checkpointName;
        fromStart = from.fromStart;
        maxBatchBytes = from.maxBatchBytes;
        adaptive = from.adaptive;
        concurrentRequests = from.concurrentRequests > 0 ? from.concurrentRequests : adaptive ? ADAPTIVE_REQUESTS : 1;
        bytesPerSecond = from.bytesPerSecond;
        spansPerSecond = from.spansPerSecond;
        backoffMin = from.backoffMin;
        backoffMax = from.backoffMax;
        retryAfterCap = from.retryAfterCap;
        probeInterval = from.probeInterval;
        sampling = from.sampling;
        samplingName = from.samplingName;
        requestScope = from.requestScope;
        clock = from.clock;
    }

    private static void requireLibrary(Protocol protocol, Compression wanted, Destination destination) {
        if (protocol == Protocol.GRPC && GrpcChannels.find() == null) {
            throw new DestinationException(destination.nameOf(Setting.PROTOCOL)
                    + " is grpc, which needs the module io.offspan:engine-export-grpc on the class path; add it, or use"
                    + " http/protobuf and the port of the receiver's HTTP side, 4318 as a rule");
        }
        if (!Packing.knows(wanted)) {
            throw new DestinationException(destination.nameOf(Setting.COMPRESSION)
                    + " is zstd, whose library com.github.luben:zstd-jni is not on the class path or has native code that"
                    + " does not load here; add it, or use gzip");
        }
    }

    /** Returns a builder with the defaults, which send to this machine. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the settings that {@code OTEL_EXPORTER_OTLP_TRACES_*}, {@code OTEL_EXPORTER_OTLP_*} and {@code OFFSPAN_EXPORT_*} ask
     * for.
     *
     * @param variables {@link System#getenv()} as a rule
     * @throws DestinationException when they cannot be used, with the variable's name
     */
    public static ExportConfig fromEnvironment(Map<String, String> variables) {
        return builder().environment(variables).build();
    }

    Protocol protocol() {
        return protocol;
    }

    Destination destination() {
        return destination;
    }

    /** Returns a sender by these settings, for a destination whose bodies are compressed by a choice that all its senders share. */
    OtlpSender newSender(Choice choice) {
        GrpcChannels channels = protocol == Protocol.GRPC ? GrpcChannels.find() : null;
        return channels == null
                ? new OtlpHttpSender(destination, choice, timeout, clock.epochMillis())
                : new OtlpGrpcSender(destination, channels, choice, timeout);
    }

    Compression compression() {
        return compression;
    }

    Duration timeout() {
        return timeout;
    }

    /** Returns the name under which the exporter keeps how far it is. */
    public String checkpointName() {
        return checkpointName;
    }

    /** Returns the address without its secrets, for people. */
    public String endpoint() {
        return destination.toString();
    }

    boolean fromStart() {
        return fromStart;
    }

    int maxBatchBytes() {
        return maxBatchBytes;
    }

    boolean adaptive() {
        return adaptive;
    }

    int concurrentRequests() {
        return concurrentRequests;
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    long spansPerSecond() {
        return spansPerSecond;
    }

    Duration backoffMin() {
        return backoffMin;
    }

    Duration backoffMax() {
        return backoffMax;
    }

    Duration retryAfterCap() {
        return retryAfterCap;
    }

    Duration probeInterval() {
        return probeInterval;
    }

    @Nullable
    SamplingRules sampling() {
        return sampling;
    }

    Consumer<Runnable> requestScope() {
        return requestScope;
    }

    ExportClock clock() {
        return clock;
    }

    /** Returns the settings one a line, {@code name = value}, without secrets. */
    @Override
    public String toString() {
        return """
                endpoint = %s
                protocol = %s
                headers = %s
                certificates = %s
                compression = %s
                timeout = %s
                checkpointName = %s
                fromStart = %s
                maxBatchBytes = %d
                adaptive = %s
                concurrentRequests = %d
                bytesPerSecond = %s
                spansPerSecond = %s
                backoffMin = %s
                backoffMax = %s
                retryAfterCap = %s
                probeInterval = %s
                sampling = %s
                """.formatted(
                        destination,
                        protocol.word(),
                        headers,
                        certificates == null ? "of the JDK" : certificates,
                        compression.word(),
                        timeout,
                        checkpointName,
                        fromStart,
                        maxBatchBytes,
                        adaptive,
                        concurrentRequests,
                        bytesPerSecond == 0 ? "no limit" : bytesPerSecond,
                        spansPerSecond == 0 ? "no limit" : spansPerSecond,
                        backoffMin,
                        backoffMax,
                        retryAfterCap,
                        probeInterval,
                        samplingName);
    }

    /** Collects settings; each setter refuses a value out of its range and names the range. */
    public static final class Builder {
        private static final String PATH = "v1/traces";

        private @Nullable URI endpoint;
        private boolean base;
        private Protocol protocol = Protocol.HTTP;
        private Headers headers = Headers.none();
        private @Nullable Certificates certificates;
        private boolean allowPlainHttp;
        private final Map<Setting, String> names = new EnumMap<>(Setting.class);
        private Compression compression = Compression.GZIP;
        private Duration timeout = Duration.ofSeconds(10);
        private String checkpointName = "otlp";
        private boolean fromStart;
        private int maxBatchBytes = 4_000_000;
        private boolean adaptive = true;
        private int concurrentRequests;
        private long bytesPerSecond;
        private long spansPerSecond;
        private Duration backoffMin = Duration.ofSeconds(1);
        private Duration backoffMax = Duration.ofSeconds(30);
        private Duration retryAfterCap = Duration.ofMinutes(5);
        private Duration probeInterval = Duration.ofMinutes(1);
        private @Nullable SamplingRules sampling;
        private String samplingName = "none";
        private Consumer<Runnable> requestScope = Runnable::run;
        private ExportClock clock = ExportClock.system();

        private Builder() {}

        /** Takes every setting that the environment variables have; see {@link ExportConfig#fromEnvironment}. */
        public Builder environment(Map<String, String> variables) {
            new ExportEnvironment(variables).applyTo(this);
            return this;
        }

        /** Sets how requests travel; {@link Protocol#HTTP} unless said otherwise. */
        public Builder protocol(Protocol how) {
            protocol = how;
            return this;
        }

        /** Sets the whole address that requests go to, {@code https://host:4318/v1/traces}; for gRPC {@code https://host:4317}. */
        public Builder endpoint(URI address) {
            endpoint = address;
            base = false;
            return this;
        }

        /** Sets the address of a receiver, to which {@code /v1/traces} is appended for HTTP. */
        public Builder baseEndpoint(URI address) {
            endpoint = address;
            base = true;
            return this;
        }

        private URI address() {
            boolean grpc = protocol == Protocol.GRPC;
            URI given = endpoint;
            if (given == null) {
                return URI.create(grpc ? "http://localhost:4317" : "http://localhost:4318/" + PATH);
            }
            if (grpc || !base || given.getScheme() == null || given.getRawAuthority() == null) {
                return given;
            }
            String path = given.getRawPath() == null ? "" : given.getRawPath();
            String query = given.getRawQuery() == null ? "" : "?" + given.getRawQuery();
            try {
                return new URI(given.getScheme() + "://" + given.getRawAuthority() + path
                        + (path.endsWith("/") ? PATH : "/" + PATH) + query);
            } catch (URISyntaxException e) {
                throw new DestinationException("The endpoint is not an address: " + e.getReason() + " at character "
                        + e.getIndex() + "; write it as https://host:4318");
            }
        }

        /** Replaces the headers. */
        public Builder headers(Headers all) {
            headers = all;
            return this;
        }

        /** Adds a header. */
        public Builder header(String name, String value) {
            headers = headers.with(name, value);
            return this;
        }

        public Builder certificates(Certificates files) {
            certificates = files;
            return this;
        }

        /** Allows requests without TLS to leave this machine; they carry spans and headers readable by anyone on the way. */
        public Builder allowPlainHttp(boolean allow) {
            allowPlainHttp = allow;
            return this;
        }

        /** Says what a setting is called where it was made, so that messages can name it: {@code --endpoint}. */
        public Builder called(Setting setting, String name) {
            names.put(setting, name);
            return this;
        }

        public Builder compression(Compression how) {
            compression = how;
            return this;
        }

        /** Sets the most time for a request and its whole answer, 1 ms to 10 minutes. */
        public Builder timeout(Duration most) {
            timeout = range("timeout", most, Duration.ofMillis(1), Duration.ofMinutes(10));
            return this;
        }

        /** Sets the name of the checkpoint, one for each destination: 1 to 64 of a-z, 0-9, '.', '_' and '-'. */
        public Builder checkpointName(String name) {
            checkpointName = NamedCheckpoint.requireName(name);
            return this;
        }

        /** Disregards a checkpoint that is there, and sends everything that the store holds. */
        public Builder fromStart(boolean anew) {
            fromStart = anew;
            return this;
        }

        /** Sets the most bytes of an encoded request, before compression, 1 KiB to 64 MiB. */
        public Builder maxBatchBytes(int bytes) {
            if (bytes < KIB || bytes > 64 * MIB) {
                throw new IllegalArgumentException(
                        "maxBatchBytes = " + bytes + " is outside " + KIB + " to " + 64 * MIB);
            }
            maxBatchBytes = bytes;
            return this;
        }

        /**
         * Sets the most requests under way at once, 1 to 16: 4 unless said otherwise; without {@link #adaptive} always that many, where
         * it is said, and else one.
         */
        public Builder concurrentRequests(int most) {
            if (most < 1 || most > MAX_REQUESTS) {
                throw new IllegalArgumentException("concurrentRequests = " + most + " is outside 1 to " + MAX_REQUESTS);
            }
            concurrentRequests = most;
            return this;
        }

        /** Sets the most bytes of bodies a second as they are sent, on average, 1 KiB or more; 0 for no limit. */
        public Builder bytesPerSecond(long most) {
            bytesPerSecond = limit("bytesPerSecond", most, KIB);
            return this;
        }

        /** Sets the most spans a second, on average; 0 for no limit. */
        public Builder spansPerSecond(long most) {
            spansPerSecond = limit("spansPerSecond", most, 1);
            return this;
        }

        private static long limit(String name, long value, long least) {
            if (value != 0 && value < least) {
                throw new IllegalArgumentException(
                        name + " = " + value + " is neither 0, for no limit, nor " + least + " or more");
            }
            return value;
        }

        /**
         * Sets whether the size of requests, how many are under way at once and the effort in compressing them follow the lag and the
         * destination, within the limits set here; so unless said otherwise.
         */
        public Builder adaptive(boolean adapts) {
            adaptive = adapts;
            return this;
        }

        /** Sets the first wait before a request is sent again, 1 ms to a minute. */
        public Builder backoffMin(Duration wait) {
            backoffMin = range("backoffMin", wait, Duration.ofMillis(1), Duration.ofMinutes(1));
            return this;
        }

        /** Sets the longest such wait, 1 ms to an hour. */
        public Builder backoffMax(Duration wait) {
            backoffMax = range("backoffMax", wait, Duration.ofMillis(1), Duration.ofHours(1));
            return this;
        }

        /** Sets the longest wait that a receiver may ask for, up to a day. */
        public Builder retryAfterCap(Duration wait) {
            retryAfterCap = range("retryAfterCap", wait, Duration.ofMillis(1), Duration.ofDays(1));
            return this;
        }

        /** Sets how often a paused destination is tried, 1 ms to a day. */
        public Builder probeInterval(Duration interval) {
            probeInterval = range("probeInterval", interval, Duration.ofMillis(1), Duration.ofDays(1));
            return this;
        }

        /**
         * Sends only the traces that the policies of a file keep; docs/operations.md says how they are written.
         *
         * @throws DestinationException when the file cannot be used, or {@code engine-sample} is not on the class path
         */
        public Builder sampling(Path file) {
            try {
                SamplingFiles files = SamplingFiles.find();
                if (files == null) {
                    throw new DestinationException(
                            "Sampling by " + file
                                    + " needs the module io.offspan:engine-sample on the class path; add it, or send everything");
                }
                return sampling(files.read(file), file.toString());
            } catch (DestinationException refused) {
                throw refused;
            } catch (SpanStoreException refused) {
                throw new DestinationException(String.valueOf(refused.getMessage()), refused);
            } catch (LinkageError absent) {
                throw new DestinationException(
                        "Sampling by " + file
                                + " needs io.offspan:engine-query and org.snakeyaml:snakeyaml-engine on the class path: "
                                + absent,
                        absent);
            }
        }

        /**
         * Sends only the spans that a sampler keeps.
         *
         * @param name what the rules are called where the settings are printed
         */
        public Builder sampling(SamplingRules rules, String name) {
            sampling = rules;
            samplingName = name;
            return this;
        }

        /**
         * Sets what runs each request: it has to run what it is given, on the thread that calls it, before it returns. For whoever
         * instruments the HTTP client and must not record the exporter's own requests.
         */
        public Builder requestScope(Consumer<Runnable> scope) {
            requestScope = scope;
            return this;
        }

        public Builder clock(ExportClock time) {
            clock = time;
            return this;
        }

        /**
         * Returns the settings.
         *
         * @throws DestinationException when the endpoint cannot or must not be used
         */
        public ExportConfig build() {
            return new ExportConfig(this);
        }

        private static Duration range(String name, Duration value, Duration min, Duration max) {
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException(name + " = " + value + " is outside " + min + " to " + max);
            }
            return value;
        }
    }
}
