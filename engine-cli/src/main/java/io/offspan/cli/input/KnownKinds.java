package io.offspan.cli.input;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Kinds of files that are not read, told by their first bytes or fields, with what to do about each. */
final class KnownKinds {
    /** @param at where in the file the bytes stand, @param bytes in hexadecimal */
    private record Magic(int at, String bytes, String what) {
        boolean matches(byte[] start) {
            byte[] wanted = HexFormat.of().parseHex(bytes);
            return start.length >= at + wanted.length
                    && Arrays.equals(start, at, at + wanted.length, wanted, 0, wanted.length);
        }
    }

    /** @param any of these fields and @param all of these */
    private record Fields(Set<String> any, Set<String> all, String what) {
        boolean match(Set<String> found) {
            return found.containsAll(all) && (any.isEmpty() || any.stream().anyMatch(found::contains));
        }
    }

    private static final String UNPACK = "; unpack it: %s | offspan ingest ... -";
    private static final String UTF_16 =
            "text in UTF-16; convert it: iconv -f UTF-16 -t UTF-8 FILE | offspan ingest ... -";
    private static final List<Magic> MAGICS = List.of(
            new Magic(0, "504b0304", "a zip archive" + UNPACK.formatted("unzip -p FILE")),
            new Magic(0, "425a68", "bzip2" + UNPACK.formatted("bzip2 -dc FILE")),
            new Magic(0, "fd377a585a00", "xz" + UNPACK.formatted("xz -dc FILE")),
            new Magic(0, "04224d18", "lz4" + UNPACK.formatted("lz4 -dc FILE")),
            new Magic(0, "377abcaf271c", "7z" + UNPACK.formatted("7z x -so FILE")),
            new Magic(0, "1f9d", "compress" + UNPACK.formatted("uncompress -c FILE")),
            new Magic(0, "ff060000734e61507059", "snappy in frames" + UNPACK.formatted("snzip -dc FILE")),
            new Magic(257, "7573746172", "a tar archive" + UNPACK.formatted("tar -xOf FILE")),
            new Magic(0, "50415231", "Parquet; only files of spans in a format of --format are read"),
            new Magic(0, "4f626a01", "Avro; only files of spans in a format of --format are read"),
            new Magic(0, "53514c69746520666f726d61742033", "an SQLite database; export its spans first"),
            new Magic(0, "464c5200", "a recording of Java Flight Recorder, which has no spans"),
            new Magic(0, "25504446", "a PDF, which has no spans"),
            new Magic(0, "7f454c46", "a program, which has no spans"),
            new Magic(0, "fffe7b00", UTF_16),
            new Magic(0, "fffe5b00", UTF_16),
            new Magic(0, "feff007b", UTF_16),
            new Magic(0, "feff005b", UTF_16));

    private static final String NOT_SPANS = " of OpenTelemetry; only spans are stored";
    private static final String JAEGER =
            "Jaeger's own JSON, which is not read; Jaeger gives OTLP: curl $JAEGER/api/v3/traces/$ID | offspan ingest ... -";
    private static final List<Fields> FIELDS = List.of(
            new Fields(Set.of("resourceLogs", "resource_logs", "scopeLogs"), Set.of(), "logs" + NOT_SPANS),
            new Fields(Set.of("resourceMetrics", "resource_metrics", "scopeMetrics"), Set.of(), "metrics" + NOT_SPANS),
            new Fields(
                    Set.of("resourceProfiles", "resource_profiles", "scopeProfiles"), Set.of(), "profiles" + NOT_SPANS),
            new Fields(Set.of("total", "limit", "offset", "errors"), Set.of("data"), JAEGER),
            new Fields(Set.of("spans", "spanID", "processes", "operationName"), Set.of("traceID"), JAEGER),
            new Fields(Set.of(), Set.of("data"), "JSON with a field data, as Jaeger answers; if so: " + JAEGER),
            new Fields(
                    Set.of("metrics", "inspectedTraces"),
                    Set.of("traces"),
                    "Tempo's answer to a search, which names traces only; fetch each: curl $TEMPO/api/traces/$ID"),
            new Fields(
                    Set.of("SpanContext", "span_context", "context"),
                    Set.of(),
                    "what the console exporter of an SDK prints; let it export OTLP, or set OTEL_TRACES_EXPORTER=logging-otlp"),
            new Fields(
                    Set.of("stream", "time"),
                    Set.of("log"),
                    "a log of Docker; unpack it: jq -r .log FILE | offspan ingest ... -"),
            new Fields(Set.of("traceEvents"), Set.of(), "a trace of Chrome's, which is not read"),
            new Fields(
                    Set.of("meta", "service", "resource"),
                    Set.of("trace_id", "span_id"),
                    "Datadog's spans, which are not read"),
            new Fields(Set.of("hits", "_source"), Set.of(), "an answer of Elasticsearch; give the spans themselves"),
            new Fields(
                    Set.of("localEndpoint", "id", "remoteEndpoint", "binaryAnnotations"),
                    Set.of("traceId"),
                    "Zipkin's JSON; --format zipkin-json reads it"),
            new Fields(
                    Set.of("resourceSpans", "resource_spans", "batches", "scopeSpans", "scope_spans"),
                    Set.of(),
                    "OTLP as JSON; --format otlp-json reads it"),
            new Fields(Set.of("error", "message", "code", "errors"), Set.of(), "a message of a server, and no spans"));

    private KnownKinds() {}

    /** Returns what a file that starts like this is, or null. */
    static @Nullable String ofBytes(byte[] start) {
        for (Magic magic : MAGICS) {
            if (magic.matches(start)) {
                return "this is " + magic.what;
            }
        }
        return null;
    }

    /** Returns what JSON is whose first object has these fields, or null. */
    static @Nullable String ofFields(Set<String> names) {
        for (Fields fields : FIELDS) {
            if (fields.match(names)) {
                return "this is " + fields.what;
            }
        }
        return null;
    }

    /** Says what text is that is no JSON. */
    static String text(String start) {
        String lower = start.strip().toLowerCase(Locale.ROOT);
        String known = ofBytes(start.getBytes(StandardCharsets.ISO_8859_1));
        if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
            return "this is HTML, the answer of a web server perhaps, and no spans";
        }
        if (lower.startsWith("<")) {
            return "this is XML, which is not read";
        }
        return known != null
                ? known
                : "this is text without requests; it starts with '" + Ids.shortened(start.strip()) + "'";
    }
}
