package io.offspan.bench.page;

import io.offspan.bench.result.Report;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A report as one file of HTML: style, scripts and the library that draws the charts are in it, and a policy in it forbids browsers to
 * load anything.
 */
public final class Page {
    /** A webjar; the version is that of the dependency. */
    private static final String LIBRARY = "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    private static final Pattern PLACE = Pattern.compile("@(\\w+)@");
    /** Names a file that is not there, which developer tools would ask for. */
    private static final Pattern SOURCE_MAP = Pattern.compile("(?m)^//# sourceMappingURL=.*$");

    private Page() {}

    /** Returns the page of a report. */
    public static String of(Report report) throws IOException {
        List<Chart> charts = Charts.of(report);
        Map<String, String> parts = Map.of(
                "title", Html.escape("Offspan benchmark, " + report.started()),
                "style", resource("page.css"),
                "watch", resource("watch.js"),
                "body", PageBody.of(report, charts),
                "charts", Chart.json(charts),
                "library", SOURCE_MAP.matcher(resource(LIBRARY)).replaceAll(""),
                "script", resource("page.js"));
        return PLACE.matcher(resource("page.html"))
                .replaceAll(place -> Matcher.quoteReplacement(parts.getOrDefault(place.group(1), place.group())));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("The resource " + name + " is not on the class path; build the benchmark again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
