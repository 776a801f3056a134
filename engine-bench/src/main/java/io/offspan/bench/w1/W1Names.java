package io.offspan.bench.w1;

import java.util.Locale;

/** The texts of the workload, each a single object however often it is used, as the constants of a program are. */
public final class W1Names {
    static final int SERVICES = 40;
    static final int OPERATIONS = 10;
    static final int USERS = 100_000;
    private static final int HOSTS = 5;

    private static final String[] NOUNS = {
        "cart", "order", "user", "item", "price", "stock", "ship", "pay", "auth", "mail"
    };
    private static final String[] VERBS = {
        "list", "get", "create", "update", "delete", "search", "count", "export", "sync", "check"
    };

    private final String[] spans = new String[SERVICES * OPERATIONS];
    private final String[] routes = new String[SERVICES * OPERATIONS];
    private final String[] addresses = new String[SERVICES * HOSTS];
    private final String[] users = new String[USERS];

    W1Names() {
        for (int service = 0; service < SERVICES; service++) {
            String thing = noun(service) + digits(service);
            for (int operation = 0; operation < OPERATIONS; operation++) {
                int i = service * OPERATIONS + operation;
                spans[i] = VERBS[operation] + " " + thing;
                routes[i] = "/api/v1/" + thing + "/{id}/" + VERBS[operation];
            }
            for (int host = 0; host < HOSTS; host++) {
                addresses[service * HOSTS + host] = "node" + host + "." + service(service) + ".internal";
            }
        }
        for (int user = 0; user < USERS; user++) {
            users[user] = "user-" + String.valueOf(1_000_000 + user).substring(1);
        }
    }

    /** Returns the name of a service. */
    public static String service(int service) {
        return "svc-" + noun(service) + "-" + digits(service);
    }

    String span(int service, int operation) {
        return spans[service * OPERATIONS + operation];
    }

    String route(int service, int operation) {
        return routes[service * OPERATIONS + operation];
    }

    String address(int service, int host) {
        return addresses[service * HOSTS + host];
    }

    String user(int rank) {
        return users[rank];
    }

    String url(int service, int operation, String id, String session) {
        return "https://" + service(service) + ".example.com/api/v1/" + noun(service) + digits(service) + "/" + id + "/"
                + VERBS[operation] + "?session=" + session;
    }

    String method(double u) {
        if (u < .70) {
            return "GET";
        }
        if (u < .90) {
            return "POST";
        }
        return u < .95 ? "PUT" : u < .98 ? "DELETE" : "PATCH";
    }

    String timeout(long durationNanos, double u) {
        String noun = NOUNS[(int) (u * NOUNS.length)];
        return String.format(
                Locale.ROOT, "timeout after %d ms waiting for %s pool connection", durationNanos / 1_000_000, noun);
    }

    private static String noun(int service) {
        return NOUNS[service % NOUNS.length];
    }

    static String digits(int service) {
        return "" + service / 10 + service % 10;
    }
}
