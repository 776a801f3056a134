package io.offspan.export.send;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go: an address that has been checked, and the headers and certificates that they need there.
 *
 * <p>Plain HTTP is refused unless it goes to this machine or is allowed explicitly. User info in the address becomes an {@code
 * Authorization} header. Immutable; prints without secrets.
 */
public final class Destination {
    private static final Set<String> LOOPBACK = Set.of("localhost", "[::1]", "::1", "[0:0:0:0:0:0:0:1]");

    private static final String GRPC_METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    private final URI uri;
    private final Headers headers;
    private final @Nullable Certificates certificates;
    private final Map<Setting, String> names;
    private final String shown;
    private final Redaction redaction;

    private Destination(
            URI uri,
            String shown,
            Headers headers,
            @Nullable Certificates certificates,
            Map<Setting, String> names,
            @Nullable String userInfo) {
        this.uri = uri;
        this.shown = shown;
        this.names = names;
        this.headers = headers;
        this.certificates = certificates;
        var secrets = new java.util.ArrayList<>(headers.values().values());
        if (userInfo != null) {
            secrets.add(userInfo);
            secrets.add(userInfo.substring(userInfo.indexOf(':') + 1));
        }
        if (uri.getRawQuery() != null) {
            secrets.add(uri.getRawQuery());
        }
        redaction = new Redaction(secrets);
    }

    /**
     * Checks an address.
     *
     * @param endpoint the whole address, to which nothing is appended; for gRPC without a path
     * @param allowPlainHttp whether requests may leave this machine without TLS
     * @param names what the settings are called where they were made, for remedies; variables of the environment unless said
     * @throws DestinationException when requests cannot or must not be sent there
     */
    public static Destination of(
            URI endpoint,
            Headers headers,
            @Nullable Certificates certificates,
            boolean allowPlainHttp,
            Map<Setting, String> names,
            Protocol protocol) {
        String scheme = endpoint.getScheme() == null ? "" : endpoint.getScheme().toLowerCase(Locale.ROOT);
        String shown = show(endpoint, endpoint.getRawUserInfo() != null);
        String host = endpoint.getHost();
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new DestinationException(
                    "The endpoint " + shown + " is no http or https address; write it as https://host:4318/v1/traces");
        }
        if (host == null || endpoint.getPort() > 0xffff) {
            throw new DestinationException("The endpoint " + shown + " names no host and port that can be reached");
        }
        if (scheme.equals("http") && !allowPlainHttp && !isLoopback(host)) {
            String name = names.get(Setting.ALLOW_PLAIN_HTTP);
            throw new DestinationException("The endpoint " + shown
                    + " would send spans and credentials unencrypted to another machine; use https, or allow it with "
                    + (name == null
                            ? Setting.ALLOW_PLAIN_HTTP.variable() + "=true (--allow-plain-http, allowPlainHttp in code)"
                            : name + "=true"));
        }
        boolean grpc = protocol == Protocol.GRPC;
        String path = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
        if (grpc && (path.length() > 1 || endpoint.getRawQuery() != null)) {
            throw new DestinationException("The endpoint " + shown
                    + " has a path or a query, for which gRPC has no use; write it as https://host:4317, or set "
                    + names.getOrDefault(Setting.PROTOCOL, Setting.PROTOCOL.variable()) + " to http/protobuf");
        }
        String userInfo = endpoint.getUserInfo();
        Headers all = headers;
        if (userInfo != null && !headers.has("authorization")) {
            byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
            all = headers.with("authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
        }
        URI uri = bare(endpoint, grpc ? GRPC_METHOD : path.isEmpty() ? "/" : path, shown);
        String place = show(grpc ? bare(endpoint, "", shown) : uri, userInfo != null);
        return new Destination(uri, place, all, certificates, Map.copyOf(names), userInfo);
    }

    /** Returns the address as it is sent: without user info and fragment, and with a path. */
    private static URI bare(URI endpoint, String path, String shown) {
        String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
        String query = endpoint.getRawQuery() == null ? "" : "?" + endpoint.getRawQuery();
        try {
            return new URI(endpoint.getScheme() + "://" + endpoint.getHost() + port + path + query);
        } catch (URISyntaxException impossible) {
            throw new DestinationException("The endpoint " + shown + " is not an address");
        }
    }

    private static boolean isLoopback(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        // Only written addresses: a name could be resolved to anything.
        return LOOPBACK.contains(lower) || lower.matches("127(\\.\\d{1,3}){3}");
    }

    /** Returns an address without its user info and query. */
    static String show(URI uri, boolean userInfo) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String host = uri.getHost() == null ? "***" : uri.getHost();
        String scheme = uri.getScheme() == null ? "" : uri.getScheme() + "://";
        String text =
                scheme + (userInfo ? "***@" : "") + host + port + path + (uri.getRawQuery() == null ? "" : "?***");
        return Redaction.printable(text);
    }

    URI uri() {
        return uri;
    }

    Headers headers() {
        return headers;
    }

    @Nullable
    Certificates certificates() {
        return certificates;
    }

    /** Returns what a setting is called where it was made. */
    public String nameOf(Setting setting) {
        return names.getOrDefault(setting, setting.variable());
    }

    Redaction redaction() {
        return redaction;
    }

    @Override
    public String toString() {
        return shown;
    }
}
