package io.offspan.it.otel;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** A service that knows nothing of telemetry: sends itself a few requests, says so, and waits to be killed. */
final class AgentApp {
    static final int REQUESTS = 10;

    private AgentApp() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < REQUESTS; i++) {
            client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding());
        }
        System.out.println("served");
        System.out.flush();
        while (System.in.read() >= 0) {
            continue;
        }
    }
}
