package io.offspan.server.http;

import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask: requests to a name of this machine, and of pages that came from here.
 *
 * <p>A page of anywhere may have its own name lead to 127.0.0.1 and then ask as if it came from there; the browser still sends that name
 * in {@code Host}. A page that asks from elsewhere sends where it came from in {@code Origin}, or that it is elsewhere in {@code Sec-Fetch-Site}.
 */
final class Door {
    private static final HttpField[] PROTECTION = {
        new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
        new PreEncodedHttpField("Referrer-Policy", "no-referrer"),
        new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin"),
        new PreEncodedHttpField(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                        + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    };

    private final Set<String> names;

    /** @param names lower-case names and addresses that this server is called by, without ports */
    Door(Set<String> names) {
        this.names = Set.copyOf(names);
    }

    /** Says in an answer what a browser must not do with it. */
    static void protect(Response response) {
        HttpFields.Mutable headers = response.getHeaders();
        for (HttpField field : PROTECTION) {
            headers.put(field);
        }
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** Returns why a request is not let in, or null. */
    @Nullable
    Refused refusal(Request request) {
        String host = request.getHttpURI().getHost();
        if (host == null || !names.contains(host.toLowerCase(Locale.ROOT))) {
            return new Refused(
                    403, "This server is not called '" + host + "' but one of " + names + "; ask it by such a name");
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !origin.equals(own(request))) {
            return new Refused(
                    403, "Pages from " + origin + " may not ask this server, only its own may: " + own(request));
        }
        // A page may have others fetched without its Origin, such as pictures; to go to one of ours is what people do.
        String site = request.getHeaders().get("Sec-Fetch-Site");
        boolean visit = "navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"));
        if (site != null && !site.equals("same-origin") && !site.equals("none") && !visit) {
            return new Refused(403, "Pages from elsewhere may not ask this server, only its own may: " + own(request));
        }
        return null;
    }

    private static String own(Request request) {
        return request.getHttpURI().getScheme() + "://" + request.getHttpURI().getAuthority();
    }
}
