package io.offspan.server.tempo;

import io.offspan.server.http.Refused;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Questions from before TraceQL: pairs of a key and a value, as logfmt has them, and bounds of a duration. */
final class Legacy {
    private static final Pattern PAIR = Pattern.compile("\\s*([^\\s=\"]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s\"]*))");

    private Legacy() {}

    /** Returns the same in TraceQL. */
    static String query(Asked asked) {
        StringJoiner conditions = new StringJoiner(" && ", "{ ", " }").setEmptyValue("{ }");
        String tags = asked.text("tags");
        if (tags != null) {
            Matcher pair = PAIR.matcher(tags);
            int end = 0;
            while (pair.find() && pair.start() == end) {
                String quoted = pair.group(2);
                String value =
                        quoted == null ? pair.group(3).replace("\\", "\\\\").replace("\"", "\\\"") : quoted;
                String key = pair.group(1);
                conditions.add((key.equals("name") || key.equals("status") ? key : "." + key) + " = "
                        + (key.equals("status") ? value : "\"" + value + "\""));
                end = pair.end();
            }
            if (!tags.substring(end).isBlank()) {
                throw new Refused(
                        400, "tags has '" + Asked.cut(tags.substring(end)) + "'; it is pairs such as a=b c=\"d e\"");
            }
        }
        asked.length("minDuration").ifPresent(nanos -> conditions.add("duration >= " + nanos + "ns"));
        asked.length("maxDuration").ifPresent(nanos -> conditions.add("duration <= " + nanos + "ns"));
        return conditions.toString();
    }
}
