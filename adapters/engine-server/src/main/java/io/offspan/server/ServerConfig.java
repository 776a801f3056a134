package io.offspan.server;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Where a server listens.
 *
 * @param ports each speaks every protocol; 0 for any free one
 */
public record ServerConfig(List<Integer> ports) {
    /** The port of OTLP over HTTP, which is that of the page, too. */
    public static final int HTTP_PORT = 4318;
    /** The port of OTLP over gRPC. */
    public static final int GRPC_PORT = 4317;

    /** This machine alone; nobody else reaches it. */
    static final String LOOPBACK = "127.0.0.1";

    static final Set<String> LOOPBACK_NAMES = Set.of("127.0.0.1", "localhost", "[::1]", "::1");
    private static final int MAX_PORT = 65_535;

    public ServerConfig {
        ports = List.copyOf(ports);
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("A server without ports; name one, or 0 for any free one");
        }
        for (int port : ports) {
            if (port < 0 || port > MAX_PORT) {
                throw new IllegalArgumentException(
                        "Port " + port + "; allowed are 0, for any free one, to " + MAX_PORT);
            }
        }
    }

    /** Returns the usual ports of OTLP on this machine. */
    public static ServerConfig defaults() {
        return new ServerConfig(List.of(HTTP_PORT, GRPC_PORT));
    }

    /** Returns the same with other ports. */
    public ServerConfig withPorts(Integer... others) {
        return new ServerConfig(List.of(Objects.requireNonNull(others)));
    }
}
