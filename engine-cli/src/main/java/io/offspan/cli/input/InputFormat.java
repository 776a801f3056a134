package io.offspan.cli.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A kind of file that can be read into a store. */
public enum InputFormat {
    /** Binary OTLP requests. */
    OTLP("otlp") {
        @Override
        SpanReader reader() {
            return new OtlpFileReader();
        }
    },
    /** OTLP requests as JSON. */
    OTLP_JSON("otlp-json") {
        @Override
        SpanReader reader() {
            return new OtlpJsonReader();
        }
    },
    /** Zipkin v2 spans as JSON. */
    ZIPKIN_JSON("zipkin-json") {
        @Override
        SpanReader reader() {
            return new ZipkinReader();
        }
    },
    /** The CSV of the Nezha data set. */
    NEZHA_CSV("nezha-csv") {
        @Override
        SpanReader reader() {
            return new NezhaReader();
        }
    };

    private static final JsonFactory JSON = new JsonFactory();
    private static final List<String> PACKED = List.of(".gz", ".zst");
    /** In so many bytes every request has a length or tag that is a control character. */
    private static final int BINARY_BYTES = 64;

    private static final String TEXT_CONTROLS = "\t\n\r\u001b\u001e";
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
    private static final Set<String> ZIPKIN_FIELDS =
            Set.of("traceId", "id", "parentId", "localEndpoint", "remoteEndpoint", "annotations", "tags", "shared");
    private static final Set<String> OTLP_FIELDS = Set.of(
            "resourceSpans",
            "resource_spans",
            "batches",
            "resource",
            "scopeSpans",
            "scope_spans",
            "instrumentationLibrarySpans");

    private final String label;

    InputFormat(String label) {
        this.label = label;
    }

    abstract SpanReader reader();

    /** Returns the name on the command line. */
    @Override
    public String toString() {
        return label;
    }

    /**
     * Tells the format of a stream by its name, and where that leaves it open by its first bytes; it stays where it is.
     *
     * <p>More than one read is waited for only while what came is too little to hold a span.
     */
    static InputFormat detect(String name, HeadStream in) {
        String lower = name.toLowerCase(Locale.ROOT);
        String plain = PACKED.stream()
                .filter(lower::endsWith)
                .findFirst()
                .map(end -> cut(lower, end))
                .orElse(lower);
        if (plain.endsWith(".csv")) {
            return NEZHA_CSV;
        }
        in.await(1);
        InputFormat format = decide(in.head(), false);
        while (format == null && in.more()) {
            format = decide(in.head(), false);
        }
        return format == null ? require(decide(in.head(), true)) : format;
    }

    private static String cut(String name, String end) {
        return name.substring(0, name.length() - end.length());
    }

    private static InputFormat require(@Nullable InputFormat format) {
        return format == null ? OTLP : format;
    }

    /** Returns the format of what starts like this, or null when that may still be seen from more; {@code last} when there is no more. */
    private static @Nullable InputFormat decide(byte[] start, boolean last) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        String content = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(3) : text).stripLeading();
        if (content.isEmpty()) {
            return last ? start.length == 0 ? OTLP : OTLP_JSON : null;
        }
        if (looksLikeJson(content)) {
            return jsonFormat(start, last);
        }
        if (isBinary(text)) {
            return OTLP;
        }
        boolean line = last || content.indexOf('\n') >= 0;
        if (!line || opensJson(content) && content.substring(1).isBlank() && !last) {
            return null;
        }
        return content.startsWith("TraceID,") ? NEZHA_CSV : OTLP_JSON;
    }

    private static boolean opensJson(String content) {
        return content.charAt(0) == '{' || content.charAt(0) == '[';
    }

    /** A length-delimited request may start with the byte of a brace, too, but then not go on like JSON. */
    private static boolean looksLikeJson(String content) {
        String inside = content.substring(1).stripLeading();
        char next = inside.isEmpty() ? ' ' : inside.charAt(0);
        return content.charAt(0) == '{' && (next == '"' || next == '}')
                || content.charAt(0) == '[' && (next == '{' || next == '[' || next == ']');
    }

    /** Text has no control characters; the length of a request is followed by the first tag in it, which looks like the end of a line. */
    private static boolean isBinary(String text) {
        String start = text.substring(0, Math.min(text.length(), BINARY_BYTES));
        boolean delimited = start.length() > 2
                && start.charAt(1) == '\n'
                && !start.substring(2).isBlank();
        return delimited || start.chars().anyMatch(c -> c < ' ' && TEXT_CONTROLS.indexOf(c) < 0);
    }

    /** Asks the first fields of the first object; what neither format knows is left to the reader to refuse with its place. */
    private static @Nullable InputFormat jsonFormat(byte[] start, boolean last) {
        try (JsonParser parser = JSON.createParser(start)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    if (ZIPKIN_FIELDS.contains(parser.currentName())) {
                        return ZIPKIN_JSON;
                    }
                    if (OTLP_FIELDS.contains(parser.currentName())) {
                        return OTLP_JSON;
                    }
                    parser.nextToken();
                    parser.skipChildren();
                } else if (token == JsonToken.END_OBJECT) {
                    return OTLP_JSON;
                }
            }
        } catch (JsonProcessingException stopped) {
            JsonLocation at = stopped.getLocation();
            boolean incomplete = at == null || at.getByteOffset() >= start.length - 1;
            return incomplete && !last ? null : OTLP_JSON;
        } catch (IOException undecided) {
            return OTLP_JSON;
        }
        return last ? OTLP_JSON : null;
    }
}
