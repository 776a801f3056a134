package io.offspan.server.tempo;

import io.offspan.server.http.Routes;

/** Says that there is somebody, as Grafana asks first. */
public final class About {
    private About() {}

    /** Adds what says that the server is there. */
    public static void addTo(Routes routes) {
        routes.on("GET", "/api/echo", exchange -> exchange.send(200, "echo"));
        routes.on("GET", "/ready", exchange -> exchange.send(200, "ready"));
    }
}
