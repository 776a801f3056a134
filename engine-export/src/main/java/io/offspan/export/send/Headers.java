package io.offspan.export.send;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The headers that a request carries beside those of the protocol. Their values are secrets: they are printed as {@code ***}.
 *
 * <p>Immutable.
 */
public final class Headers {
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Set<String> OURS =
            Set.of("content-type", "content-encoding", "content-length", "host", "connection", "expect", "upgrade");

    private final Map<String, String> values;

    private Headers(Map<String, String> values) {
        this.values = values;
    }

    /** Returns no headers. */
    public static Headers none() {
        return new Headers(Map.of());
    }

    /**
     * Reads the form of {@code OTEL_EXPORTER_OTLP_HEADERS}: {@code name=value,name=value}, values percent-encoded.
     *
     * @param setting the setting, for messages
     * @throws DestinationException when it is not of that form
     */
    public static Headers parse(String setting, String text) {
        Headers headers = none();
        int number = 0;
        for (String entry : text.split(",")) {
            number++;
            int equals = entry.indexOf('=');
            if (entry.isBlank()) {
                continue;
            }
            if (equals <= 0) {
                throw new DestinationException("Entry " + number + " of " + setting
                        + " has no name before a '='; the form is name=value,name=value, values percent-encoded");
            }
            headers = headers.with(
                    entry.substring(0, equals).strip(),
                    decode(setting, number, entry.substring(equals + 1).strip()));
        }
        return headers;
    }

    private static String decode(String setting, int number, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '%') {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw new DestinationException("The value of entry " + number + " of " + setting
                            + " has a '%' without two hexadecimal digits; write a plain percent sign as %25");
                }
                b = (byte) (high << 4 | low);
                i += 2;
            }
            bytes[length++] = b;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /**
     * Returns these headers and one more, which replaces one of the same name.
     *
     * @throws DestinationException when the name or value cannot stand in a header, or the name is one that the protocol sets
     */
    public Headers with(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new DestinationException("'" + Redaction.printable(name) + "' is not the name of a header");
        }
        String key = name.toLowerCase(Locale.ROOT);
        if (OURS.contains(key)) {
            throw new DestinationException(
                    "The header '" + key + "' is set by the exporter; remove it from the settings");
        }
        if (value.chars().anyMatch(c -> c != '\t' && (c < ' ' || c == 0x7f || c > 0xff))) {
            throw new DestinationException(
                    "The value of the header '" + key + "' has characters that a header cannot carry");
        }
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(key, value);
        return new Headers(more);
    }

    /** Tells whether there is a header of that name. */
    public boolean has(String name) {
        return values.containsKey(name.toLowerCase(Locale.ROOT));
    }

    Map<String, String> values() {
        return values;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.keySet()
                .forEach(name ->
                        text.append(text.isEmpty() ? "" : ", ").append(name).append("=***"));
        return text.toString();
    }
}
