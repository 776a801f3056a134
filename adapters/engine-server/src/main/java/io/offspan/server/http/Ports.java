package io.offspan.server.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ports at which HTTP/1.1 and HTTP/2 are spoken, and what is behind them.
 *
 * <p><b>Owns</b> its ports and threads until {@link #close}. <b>Fails</b> with an {@link IOException} that names the port which cannot be
 * had.
 */
public final class Ports implements AutoCloseable {
    /** Connections at once; more wait until one ends. */
    static final int CONNECTIONS = 512;

    static final int THREADS = 32;
    private static final int MIN_THREADS = 8;
    private static final int IDLE_MILLIS = 30_000;
    private static final int HEADER_BYTES = 16 << 10;
    private static final long STOP_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(Ports.class);

    private final Server server;

    private Ports(Server server) {
        this.server = server;
    }

    /**
     * Opens ports.
     *
     * @param host the address to listen at
     * @param ports 0 for any free one
     * @param names what the server may be called by
     */
    public static Ports open(String host, List<Integer> ports, Set<String> names, Routes routes) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, MIN_THREADS, IDLE_MILLIS);
        threads.setName("offspan-server");
        threads.setDaemon(true);
        Server server = new Server(threads);
        server.setStopTimeout(STOP_MILLIS);
        for (int port : ports) {
            server.addConnector(connector(server, host, port));
        }
        server.addBean(new NetworkConnectionLimit(CONNECTIONS, server));
        server.setHandler(new Entry(new Door(names), routes));
        try {
            server.start();
        } catch (Exception refused) {
            stop(server);
            throw new IOException(
                    "Port " + ports + " of " + host + " cannot be opened: " + rootOf(refused)
                            + "; name another, or 0 for any free one",
                    refused);
        }
        return new Ports(server);
    }

    private static ServerConnector connector(Server server, String host, int port) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        // The name of a tag may have a slash in it; paths are read as they were sent, so that nothing is ambiguous.
        http.setUriCompliance(UriCompliance.DEFAULT.with("offspan", UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR));
        ServerConnector connector =
                new ServerConnector(server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        return connector;
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Returns the addresses that are listened at, in the order of the ports. */
    public List<InetSocketAddress> addresses() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (Connector connector : server.getConnectors()) {
            ServerConnector open = (ServerConnector) connector;
            addresses.add(new InetSocketAddress(open.getHost(), open.getLocalPort()));
        }
        return addresses;
    }

    @Override
    public void close() {
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception failed) {
            LOG.warn("Offspan: the server did not stop in order: {}", failed.toString());
        }
    }

    /** Lets requests in, finds who answers, and answers for those that throw. */
    private static final class Entry extends Handler.Abstract {
        private final Door door;
        private final Routes routes;
        private final RequestMemory memory = RequestMemory.ofHeap();

        Entry(Door door, Routes routes) {
            this.door = door;
            this.routes = routes;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Exchange exchange = new Exchange(request, response, callback, memory);
            Door.protect(response);
            try {
                Refused refusal = door.refusal(request);
                if (refusal != null) {
                    throw refusal;
                }
                routes.of(exchange).answer(exchange);
            } catch (IOException gone) {
                // By whoever asked and is not there any more.
                LOG.debug("Offspan: an answer was not read", gone);
                exchange.refuse(new Refused(500, "The answer could not be written: " + gone.getMessage()));
            } catch (Exception | OutOfMemoryError failed) {
                exchange.refuse(Refused.because(failed));
            }
            return true;
        }
    }
}
