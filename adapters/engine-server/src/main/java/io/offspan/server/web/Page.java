package io.offspan.server.web;

import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import io.offspan.server.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of the page from beside these classes, and the page itself at {@code /} and {@code /trace/ID}.
 *
 * <p>A path leads to a file only where it consists of plain names, so that none leads out of their folder.
 */
public final class Page {
    private static final Pattern FILE =
            Pattern.compile("/(?:[a-z0-9_-]+/)*[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*\\.([a-z0-9]+)");
    private static final Pattern SHOWN = Pattern.compile("/|/trace/[0-9a-fA-F]{1,32}");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8");

    private Page() {}

    /** Adds the page behind whatever else is there. */
    public static void addTo(Routes routes) {
        routes.when("GET", path -> SHOWN.matcher(path).matches(), exchange -> send(exchange, "/index.html"));
        routes.when("GET", path -> typeOf(path) != null, exchange -> send(exchange, exchange.path()));
    }

    private static @Nullable String typeOf(String path) {
        var matcher = FILE.matcher(path);
        return matcher.matches() ? TYPES.get(matcher.group(1)) : null;
    }

    private static void send(Exchange exchange, String path) throws IOException {
        try (InputStream file = Page.class.getResourceAsStream(path.substring(1))) {
            if (file == null) {
                throw new Refused(404, "There is nothing at " + path);
            }
            exchange.send(200, String.valueOf(typeOf(path)), file.readAllBytes());
        }
    }
}
