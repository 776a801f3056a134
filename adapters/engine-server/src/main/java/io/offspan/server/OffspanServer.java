package io.offspan.server;

import io.offspan.core.SpanStore;
import io.offspan.query.QueryEngine;
import io.offspan.server.http.Ports;
import io.offspan.server.http.Routes;
import io.offspan.server.otlp.Intake;
import io.offspan.server.otlp.OtlpGrpc;
import io.offspan.server.otlp.OtlpHttp;
import io.offspan.server.tail.SpanLines;
import io.offspan.server.tempo.TempoApi;
import io.offspan.server.web.Page;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;

/**
 * A store behind ports of this machine: OTLP in, Tempo's API and a page out.
 *
 * <pre>{@code
 * try (SpanStore store = SpanStore.open(directory);
 *         SpanIndex index = SpanIndex.over(store);
 *         OffspanServer server = OffspanServer.start(store, ServerConfig.defaults())) {
 *     System.out.println(server.address());
 *     ...
 * }
 * }</pre>
 *
 * <p>Questions are answered by the index that the host keeps over the store, and without one by reading all of it.
 *
 * <p><b>Threads.</b> Its own, all daemons, at most 32 and those of Jetty's selectors. <b>Owns</b> the ports until {@link #close}, and not
 * the store, which has to be closed later.
 */
public final class OffspanServer implements AutoCloseable {
    private final Ports ports;

    private OffspanServer(Ports ports) {
        this.ports = ports;
    }

    /**
     * Opens the ports and answers from then on.
     *
     * @throws IOException when a port cannot be had, with its number
     */
    public static OffspanServer start(SpanStore store, ServerConfig config) throws IOException {
        Routes routes = new Routes();
        QueryEngine engine = QueryEngine.over(store.reader());
        TempoApi.addTo(routes, engine);
        routes.on("GET", "/api/telemetry/spans", new SpanLines(store.reader(), engine));
        Intake intake = new Intake(store);
        routes.on("POST", "/v1/traces", new OtlpHttp(intake));
        routes.on("POST", OtlpGrpc.PATH, new OtlpGrpc(intake));
        routes.otherwise(OtlpGrpc::isCall, OtlpGrpc::unknown);
        Page.addTo(routes);
        return new OffspanServer(
                Ports.open(ServerConfig.LOOPBACK, config.ports(), ServerConfig.LOOPBACK_NAMES, routes));
    }

    /** Returns where the page is, at the first port. */
    public URI address() {
        return addresses().get(0);
    }

    /** Returns the addresses of all ports, in the order of the settings. */
    public List<URI> addresses() {
        return ports.addresses().stream().map(OffspanServer::uri).toList();
    }

    private static URI uri(InetSocketAddress address) {
        return URI.create("http://" + address.getHostString() + ":" + address.getPort() + "/");
    }

    /** Closes the ports; requests that are under way get two seconds to end. */
    @Override
    public void close() {
        ports.close();
    }
}
