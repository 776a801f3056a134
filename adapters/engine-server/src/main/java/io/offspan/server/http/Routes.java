package io.offspan.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which endpoint answers a path: the first that was added for it.
 *
 * <p><b>Threads.</b> Filled by one, then read by any.
 */
public final class Routes {
    private record Route(String method, Predicate<String> path, Endpoint endpoint) {}

    private record Other(Predicate<Exchange> kind, Endpoint endpoint) {}

    private final List<Route> routes = new ArrayList<>();
    private final List<Other> others = new ArrayList<>();

    /** Adds an endpoint for one path. */
    public Routes on(String method, String path, Endpoint endpoint) {
        return when(method, path::equals, endpoint);
    }

    /** Adds an endpoint for all paths that pass a test. */
    public Routes when(String method, Predicate<String> path, Endpoint endpoint) {
        routes.add(new Route(method, path, endpoint));
        return this;
    }

    /** Adds an endpoint for requests of a kind to paths that there are not. */
    public Routes otherwise(Predicate<Exchange> kind, Endpoint endpoint) {
        others.add(new Other(kind, endpoint));
        return this;
    }

    /** Returns the endpoint of a request. */
    Endpoint of(Exchange exchange) {
        Set<String> methods = new TreeSet<>();
        String method = exchange.method();
        String path = exchange.path();
        for (Route route : routes) {
            if (route.path.test(path)) {
                // An answer to HEAD is one to GET; Jetty leaves its body out.
                if (route.method.equals(method) || route.method.equals("GET") && method.equals("HEAD")) {
                    return route.endpoint;
                }
                methods.add(route.method);
            }
        }
        if (methods.isEmpty()) {
            for (Other other : others) {
                if (other.kind.test(exchange)) {
                    return other.endpoint;
                }
            }
            throw new Refused(404, "There is nothing at " + path);
        }
        exchange.set("Allow", String.join(", ", methods));
        throw new Refused(405, path + " is asked by " + String.join(", ", methods) + ", not by " + method);
    }
}
