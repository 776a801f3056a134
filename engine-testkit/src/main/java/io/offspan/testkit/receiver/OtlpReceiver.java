package io.offspan.testkit.receiver;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * A receiver of OTLP on a real socket of this machine, whose answers are scripted: over HTTP, and over gRPC on the same port, told by
 * how a connection begins.
 *
 * <p>What it has read is parsed by the official messages and kept, unless it is {@link #forgetful}.
 *
 * <p><b>Threads.</b> Every connection has a daemon of its own; the methods are for any.
 */
public final class OtlpReceiver implements AutoCloseable {
    private static final int BACKLOG = 50;
    private static final int BIND_TRIES = 1_000;
    private static final long BIND_PAUSE_NANOS = 10_000_000;

    private final boolean tls;
    private final int port;
    private final ConcurrentLinkedDeque<Reply> script = new ConcurrentLinkedDeque<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Received> accepted = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger visitors = new AtomicInteger();
    private final AtomicInteger working = new AtomicInteger();
    private volatile ServerSocket server;
    private volatile Reply usual = Reply.ok();
    private volatile Consumer<Socket> afterConnection = socket -> {};
    private volatile boolean keeps = true;

    private OtlpReceiver(ServerSocket server, boolean tls) {
        this.server = server;
        this.tls = tls;
        port = server.getLocalPort();
        daemon("receiver", () -> accept(server));
    }

    /** Starts a receiver on a free port. */
    public static OtlpReceiver start() throws IOException {
        return start(0);
    }

    /** Starts one on a given port, as a receiver that comes back; 0 is any free one. */
    public static OtlpReceiver start(int port) throws IOException {
        return new OtlpReceiver(bound(port), false);
    }

    /** Starts one behind TLS. */
    public static OtlpReceiver start(SSLContext context, boolean clientMustIdentify) throws IOException {
        SSLServerSocket socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(clientMustIdentify);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        socket.setSSLParameters(parameters);
        return new OtlpReceiver(socket, true);
    }

    private static ServerSocket bound(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            return socket;
        } catch (IOException taken) {
            socket.close();
            throw taken;
        }
    }

    public int port() {
        return port;
    }

    /** Returns the address without a path, as {@code OTEL_EXPORTER_OTLP_ENDPOINT} has it. */
    public String base() {
        return (tls ? "https" : "http") + "://localhost:" + port;
    }

    /** Returns the address of traces. */
    public URI endpoint() {
        return URI.create(base() + "/v1/traces");
    }

    /** Plans the answers to the next requests; after them come the usual ones. */
    public OtlpReceiver then(Reply... replies) {
        script.addAll(Arrays.asList(replies));
        return this;
    }

    /** Sets the usual answer, which is {@link Reply#ok} at first. */
    public OtlpReceiver usually(Reply reply) {
        usual = reply;
        return this;
    }

    /** Keeps none of the requests from now on, for runs with very many. */
    public OtlpReceiver forgetful() {
        keeps = false;
        return this;
    }

    /** Sets what is told of every connection that has ended. */
    public OtlpReceiver afterConnection(Consumer<Socket> listener) {
        afterConnection = listener;
        return this;
    }

    /** Returns how many planned answers are still to be given. */
    public int planned() {
        return script.size();
    }

    /** Returns how many connections were made. */
    public int visitors() {
        return visitors.get();
    }

    /** Returns the requests that were read, whatever was answered, in the order in which they came. */
    public List<Received> received() {
        return received;
    }

    /** Returns the requests that were answered with yes and not taken yet. */
    public List<Received> accepted() {
        return accepted;
    }

    /** Returns how many spans there are in the requests that were answered with yes and not taken yet. */
    public int spans() {
        return accepted.stream().mapToInt(each -> each.spans().size()).sum();
    }

    /** Returns how many spans were answered with yes, and forgets them. */
    public int take() {
        int spans = spans();
        accepted.clear();
        return spans;
    }

    /** Returns the ids of all spans in the order in which they came, whatever was answered. */
    public List<Long> ids() {
        return received.stream().flatMap(each -> each.ids().stream()).toList();
    }

    /** Closes the port and every connection. */
    public void stop() throws IOException {
        server.close();
        dropConnections();
    }

    /** Opens the same port again, and waits a while for a connection of others that was given its number in the meantime. */
    public void resume() throws IOException {
        @Nullable ServerSocket socket = null;
        for (int tries = 1; socket == null; tries++) {
            try {
                socket = bound(port);
            } catch (BindException taken) {
                if (tries == BIND_TRIES) {
                    throw taken;
                }
                LockSupport.parkNanos(BIND_PAUSE_NANOS);
            }
        }
        serveOn(socket);
    }

    private void serveOn(ServerSocket socket) {
        server = socket;
        daemon("receiver", () -> accept(socket));
    }

    /** Ends every connection, and waits until nobody works on a request. */
    public void settle() throws IOException {
        dropConnections();
        while (working.get() > 0) {
            Thread.onSpinWait();
        }
    }

    private void dropConnections() throws IOException {
        for (Socket socket : connections) {
            socket.close();
        }
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket socket = from.accept();
                if (from.isClosed()) {
                    // The system had this one ready when it was told to stop.
                    socket.close();
                    return;
                }
                visitors.incrementAndGet();
                connections.add(socket);
                daemon("receiver-connection", () -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            Exchange.Listener listener =
                    new Exchange.Listener(request -> keep(received, request), request -> keep(accepted, request));
            Http2Connection calls = beginsAsHttp2(in) ? Http2Connection.open(socket, in) : null;
            boolean open = true;
            while (open) {
                Exchange exchange = calls == null
                        ? HttpExchange.read(socket, in, listener)
                        : new GrpcExchange(socket, calls, calls.next(), listener);
                open = serve(exchange);
            }
        } catch (IOException gone) {
            // The client has gone, or the script wanted it so.
        } finally {
            connections.remove(socket);
            afterConnection.accept(socket);
        }
    }

    /** Tells it by the first word, which stays unread; the class that reads the rest needs a library that may be absent. */
    private static boolean beginsAsHttp2(InputStream in) throws IOException {
        byte[] word = "PRI".getBytes(StandardCharsets.US_ASCII);
        in.mark(word.length);
        byte[] first = in.readNBytes(word.length);
        in.reset();
        return Arrays.equals(first, word);
    }

    private boolean serve(Exchange exchange) throws IOException {
        working.incrementAndGet();
        try {
            Reply planned = script.poll();
            boolean open = (planned == null ? usual : planned).to(exchange);
            if (open) {
                exchange.request();
            }
            return open;
        } finally {
            working.decrementAndGet();
        }
    }

    private void keep(List<Received> list, Received request) {
        if (keeps) {
            list.add(request);
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
