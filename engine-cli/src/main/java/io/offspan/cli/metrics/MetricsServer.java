package io.offspan.cli.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.core.value.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code GET /metrics} on a port with what metrics are at that moment.
 *
 * <p>Whoever asks half a question, or does not take the answer, holds one of its threads until the time for that is over; the JDK has one
 * such time for all servers of a process, which is set here unless it is set already.
 *
 * <p><b>Threads.</b> Readings are taken on its own, by one at a time. <b>Owns</b> the port until {@link #close}.
 */
public final class MetricsServer implements AutoCloseable {
    static final int THREADS = 4;

    private static final String PATH = "/metrics";
    private static final String SECONDS = "30";

    static {
        // Read by the JDK when the first server of the process is made.
        for (String limit : List.of("sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime")) {
            if (System.getProperty(limit) == null) {
                System.setProperty(limit, SECONDS);
            }
        }
    }

    private final HttpServer server;
    private final ExecutorService worker;
    private final String host;

    private MetricsServer(HttpServer server, ExecutorService worker, String host) {
        this.server = server;
        this.worker = worker;
        this.host = host;
    }

    /**
     * Opens a port.
     *
     * @param host the address to listen at; this machine alone can reach {@code localhost}
     * @param port 0 for any free one
     */
    public static MetricsServer start(String host, int port, Supplier<List<Reading>> readings) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), 0);
        } catch (IOException | IllegalArgumentException refused) {
            throw new CommandException(
                    ExitCode.UNUSABLE,
                    "metrics cannot be served at " + host + ":" + port + ": " + refused.getMessage()
                            + "; name another --metrics-port, from 0 (any free one) to 65535, or --metrics-host",
                    refused);
        }
        ExecutorService worker = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "offspan-metrics");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(worker);
        Supplier<List<Reading>> inTurn = inTurn(readings);
        server.createContext("/", exchange -> answer(exchange, inTurn));
        server.start();
        return new MetricsServer(server, worker, host);
    }

    private static Supplier<List<Reading>> inTurn(Supplier<List<Reading>> readings) {
        Object turn = new Object();
        return () -> {
            synchronized (turn) {
                return readings.get();
            }
        };
    }

    /** Returns where a scraper finds them. */
    public String address() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + server.getAddress().getPort() + PATH;
    }

    private static void answer(HttpExchange exchange, Supplier<List<Reading>> readings) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                say(exchange, 404, "Metrics are at " + PATH);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                say(exchange, 405, "Metrics are for GET");
            } else {
                show(exchange, readings);
            }
        }
    }

    private static void show(HttpExchange exchange, Supplier<List<Reading>> readings) throws IOException {
        MetricsPage page = new MetricsPage(exchange.getRequestHeaders().getFirst("Accept"));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            page.write(readings.get(), body);
        } catch (RuntimeException unreadable) {
            say(exchange, 500, "The store cannot be read: " + unreadable.getMessage());
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", page.contentType());
        send(exchange, 200, body.toByteArray());
    }

    private static void say(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        send(exchange, status, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        worker.shutdownNow();
    }
}
