package io.offspan.query;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Spans that nobody here wrote, read from the folder that {@code OFFSPAN_CORPUS} names. */
final class Corpora {
    private static final int TRACE_ID = 0;
    private static final int SPAN_ID = 1;
    private static final int PARENT_ID = 2;
    private static final int POD = 3;
    private static final int OPERATION = 4;
    private static final int START = 5;
    private static final int END = 6;

    private Corpora() {}

    /** Requests captured from the OpenTelemetry demo. */
    static List<ExportTraceServiceRequest> otelDemo() throws IOException {
        List<ExportTraceServiceRequest> requests = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder("otel-demo"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".bin"))
                    .sorted()
                    .toList()) {
                requests.add(ExportTraceServiceRequest.parseFrom(Files.readAllBytes(file)));
            }
        }
        return requests;
    }

    /** Spans of a train ticket shop, without attributes; its pods are the services. */
    static List<ExportTraceServiceRequest> nezha() throws IOException {
        Path file = folder("nezha").resolve("trainticket-2023-01-30.csv.gz");
        List<ExportTraceServiceRequest> requests = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            ResourceSpans.Builder open = ResourceSpans.newBuilder();
            String pod = "";
            while ((line = lines.readLine()) != null) {
                String[] columns = line.split(",", -1);
                if (!columns[POD].equals(pod) && open.getScopeSpansCount() > 0) {
                    requests.add(request(open));
                    open = ResourceSpans.newBuilder();
                }
                pod = columns[POD];
                if (open.getScopeSpansCount() == 0) {
                    open.setResource(resource(pod)).addScopeSpans(ScopeSpans.newBuilder());
                }
                open.getScopeSpansBuilder(0).addSpans(span(columns));
            }
            requests.add(request(open));
        }
        return requests;
    }

    private static ExportTraceServiceRequest request(ResourceSpans.Builder spans) {
        return ExportTraceServiceRequest.newBuilder().addResourceSpans(spans).build();
    }

    private static Resource resource(String service) {
        return Resource.newBuilder()
                .addAttributes(KeyValue.newBuilder()
                        .setKey("service.name")
                        .setValue(AnyValue.newBuilder().setStringValue(service)))
                .build();
    }

    private static Span span(String[] columns) {
        Span.Builder span = Span.newBuilder()
                .setTraceId(id(columns[TRACE_ID]))
                .setSpanId(id(columns[SPAN_ID]))
                .setName(columns[OPERATION])
                .setStartTimeUnixNano(Long.parseLong(columns[START]))
                .setEndTimeUnixNano(Long.parseLong(columns[END]));
        if (!columns[PARENT_ID].equals("root")) {
            span.setParentSpanId(id(columns[PARENT_ID]));
        }
        return span.build();
    }

    private static ByteString id(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    static Path folder(String name) {
        String corpus = System.getenv("OFFSPAN_CORPUS");
        Path folder = Path.of(corpus == null ? "" : corpus, name);
        boolean there = corpus != null && Files.isDirectory(folder);
        if (!there) {
            System.out.println("NOT RUN: tests over " + name + ", because OFFSPAN_CORPUS names no folder with it");
        }
        assumeTrue(there, "OFFSPAN_CORPUS");
        return folder;
    }
}
