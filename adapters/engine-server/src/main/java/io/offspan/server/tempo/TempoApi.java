package io.offspan.server.tempo;

import io.offspan.query.QueryEngine;
import io.offspan.server.http.Endpoint;
import io.offspan.server.http.Routes;

/** What Grafana's data source for Tempo, its Traces Drilldown and Perses ask. */
public final class TempoApi {
    private static final String TRACE = "/api/traces/";
    private static final String WRAPPED_TRACE = "/api/v2/traces/";
    private static final String TAG = "/api/search/tag/";
    private static final String TYPED_TAG = "/api/v2/search/tag/";
    private static final String VALUES = "/values";

    private TempoApi() {}

    /** Adds the paths of the API. */
    public static void addTo(Routes routes, QueryEngine engine) {
        routes.on("GET", "/api/echo", exchange -> exchange.send(200, "echo"));
        routes.on("GET", "/ready", exchange -> exchange.send(200, "ready"));
        routes.on(
                "GET",
                "/api/status/buildinfo",
                exchange -> Answer.send(exchange, out -> {
                    String version = TempoApi.class.getPackage().getImplementationVersion();
                    out.writeStringField("version", version == null ? "development" : version);
                    out.writeStringField("revision", "");
                    out.writeStringField("branch", "");
                    out.writeStringField("buildDate", "");
                    out.writeStringField("buildUser", "offspan");
                    out.writeStringField("goVersion", "");
                }));
        routes.on("GET", "/api/search", Answer.asking(new Search(engine)));
        Tags tags = new Tags(engine);
        routes.on("GET", "/api/v2/search/tags", Answer.asking(tags::keys));
        routes.on("GET", "/api/search/tags", Answer.asking(tags::oldKeys));
        below(routes, TYPED_TAG, VALUES, tags::values);
        below(routes, TAG, VALUES, tags::oldValues);
        Traces traces = new Traces(engine);
        below(routes, WRAPPED_TRACE, "", traces::wrapped);
        below(routes, TRACE, "", traces::old);
        Metrics metrics = new Metrics(engine);
        routes.on("GET", "/api/metrics/query_range", Answer.asking(metrics::range));
        routes.on("GET", "/api/metrics/query", Answer.asking(metrics::instant));
    }

    private static void below(Routes routes, String prefix, String suffix, Endpoint endpoint) {
        routes.when(
                "GET",
                path -> path.startsWith(prefix)
                        && path.endsWith(suffix)
                        && path.length() > prefix.length() + suffix.length(),
                Answer.asking(endpoint));
    }
}
