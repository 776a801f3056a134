package io.offspan.cli.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

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

    static final int PEEK_BYTES = 64 << 10;

    private static final JsonFactory JSON = new JsonFactory();
    private static final int GZIP_1 = 0x1f;
    private static final int GZIP_2 = 0x8b;
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
    private static final Set<String> ZIPKIN_FIELDS =
            Set.of("traceId", "id", "parentId", "localEndpoint", "remoteEndpoint", "annotations", "tags", "shared");

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

    /** Tells whether a stream is compressed by gzip; it stays where it is. */
    static boolean isGzip(BufferedInputStream in) throws IOException {
        byte[] start = peek(in, 2);
        return start.length == 2 && (start[0] & 0xff) == GZIP_1 && (start[1] & 0xff) == GZIP_2;
    }

    /** Tells the format of a stream by its name, and where that leaves it open by its first bytes; it stays where it is. */
    static InputFormat detect(String name, BufferedInputStream in) throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        String plain = lower.endsWith(".gz") ? lower.substring(0, lower.length() - 3) : lower;
        if (plain.endsWith(".csv")) {
            return NEZHA_CSV;
        }
        byte[] start = peek(in, PEEK_BYTES);
        String text = new String(start, StandardCharsets.ISO_8859_1);
        String content = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(3) : text).stripLeading();
        if (looksLikeJson(content) || plain.endsWith(".json") || plain.endsWith(".jsonl")) {
            return jsonFormat(start);
        }
        return content.startsWith("TraceID,") ? NEZHA_CSV : OTLP;
    }

    /** A length-delimited request may start with the byte of a brace, too, but then not go on like JSON. */
    private static boolean looksLikeJson(String content) {
        if (content.isEmpty()) {
            return false;
        }
        String inside = content.substring(1).stripLeading();
        char next = inside.isEmpty() ? ' ' : inside.charAt(0);
        return content.charAt(0) == '{' && (next == '"' || next == '}')
                || content.charAt(0) == '[' && (next == '{' || next == '[' || next == ']');
    }

    /** Asks the first fields of the first object; what neither format knows is left to the reader to refuse with its place. */
    private static InputFormat jsonFormat(byte[] start) {
        try (JsonParser parser = JSON.createParser(start)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    if (ZIPKIN_FIELDS.contains(parser.currentName())) {
                        return ZIPKIN_JSON;
                    }
                    if (parser.currentName().equals("resourceSpans")) {
                        return OTLP_JSON;
                    }
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        } catch (IOException undecided) {
            return OTLP_JSON;
        }
        return OTLP_JSON;
    }

    private static byte[] peek(BufferedInputStream in, int count) throws IOException {
        in.mark(count);
        byte[] start = in.readNBytes(count);
        in.reset();
        return start;
    }
}
