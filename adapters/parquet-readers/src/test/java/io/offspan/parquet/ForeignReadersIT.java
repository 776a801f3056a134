package io.offspan.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.bench.w1.W1Stream;
import io.offspan.codec.model.Span;
import io.offspan.codec.wire.Hex;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of others find in the files what Offspan finds in the store. */
class ForeignReadersIT {
    private static final int SPANS = Gate.size(20_000, 200_000);
    private static final int VALUES = Gate.size(2_000, 20_000);
    private static final int TRACES_BY_INDEX = 20;

    @TempDir
    Path scratch;

    @Test
    void everyValueOfTheDemoIsReadByBoth() throws Exception {
        List<ExportTraceServiceRequest> requests = new ArrayList<>();
        for (Path file : demo()) {
            requests.add(ExportTraceServiceRequest.parseFrom(Files.readAllBytes(file)));
        }
        bothRead(requests);
    }

    @Test
    void everyValueOfTheWorkloadIsReadByBoth() throws Exception {
        List<ExportTraceServiceRequest> requests = new ArrayList<>();
        for (byte[] request : new W1Stream(W1Generator.SEED, VALUES).nextRequests(VALUES)) {
            requests.add(ExportTraceServiceRequest.parseFrom(request));
        }
        bothRead(requests);
    }

    private void bothRead(List<ExportTraceServiceRequest> requests) throws Exception {
        Stored.append(scratch.resolve("store"), requests);
        Stored.export(scratch.resolve("store"), scratch.resolve("files"));
        List<Map<String, Object>> expected = Stored.expected(requests);
        requireEqual(Readers.parquetJava(scratch.resolve("files")), expected);
        requireEqual(Readers.duckDb(scratch.resolve("files")), expected);
    }

    /** Compares field by field, so that a complaint names the field. */
    private static void requireEqual(List<Map<String, Object>> rows, List<Map<String, Object>> expected) {
        Map<String, Map<String, Object>> byId = new HashMap<>();
        expected.forEach(row -> byId.put(row.get("TraceId") + "/" + row.get("SpanId"), row));
        assertThat(rows).hasSameSizeAs(expected);
        assertThat(byId).as("ids of spans").hasSameSizeAs(expected);
        for (Map<String, Object> row : rows) {
            Map<String, Object> wanted = byId.remove(row.get("TraceId") + "/" + row.get("SpanId"));
            assertThat(wanted).as("a row is there once").isNotNull();
            for (String field : wanted.keySet()) {
                assertThat(row.get(field)).as(field).isEqualTo(wanted.get(field));
            }
            assertThat(row.keySet()).isEqualTo(wanted.keySet());
        }
    }

    @Test
    void duckDbCountsAndFindsTracesAsTheStoreDoes() throws Exception {
        Path data = scratch.resolve("store");
        workload(data);
        Path files = scratch.resolve("files");
        assertThat(Stored.export(data, files).spans()).isEqualTo(SPANS);
        W1Oracle oracle = W1Oracle.of(W1Generator.SEED, SPANS);
        try (StoreReader reader = StoreReader.open(data);
                Connection duck = Readers.connect();
                Statement statement = duck.createStatement()) {
            statement.execute("CREATE TABLE spans AS SELECT * FROM " + Readers.table(files));
            QueryEngine engine = QueryEngine.over(reader);
            counts(oracle, engine, duck);
            traces(oracle, engine, duck);
        }
        byIndex(oracle, files);
    }

    private static void counts(W1Oracle oracle, QueryEngine engine, Connection duck) throws Exception {
        try (PreparedStatement count = duck.prepareStatement(
                "SELECT count(*) FROM spans WHERE ServiceName = ? AND SpanAttributes['http.route'] = ?")) {
            for (int i = 0; i < W1Queries.COUNTS; i++) {
                W1Queries.Count question = oracle.queries().counts().get(i);
                count.setString(1, question.serviceName());
                count.setString(2, question.route());
                try (ResultSet answer = count.executeQuery()) {
                    assertThat(answer.next()).isTrue();
                    long stored = engine.count(Query.traceQl("{ resource.service.name = \"" + question.serviceName()
                            + "\" && span.http.route = \"" + question.route() + "\" }"));
                    assertThat(answer.getLong(1))
                            .as("%s", question)
                            .isEqualTo(stored)
                            .isEqualTo(oracle.count(i));
                }
            }
        }
    }

    private static void traces(W1Oracle oracle, QueryEngine engine, Connection duck) throws Exception {
        try (PreparedStatement trace = duck.prepareStatement("SELECT SpanId FROM spans WHERE TraceId = ?")) {
            for (int i = 0; i < W1Queries.TRACE_LOOKUPS; i++) {
                String id = id(oracle, i);
                trace.setString(1, id);
                TreeSet<String> found = new TreeSet<>();
                try (ResultSet answer = trace.executeQuery()) {
                    while (answer.next()) {
                        found.add(answer.getString(1));
                    }
                }
                TreeSet<String> stored = new TreeSet<>();
                engine.trace(id).spans().stream().map(Span::spanId).forEach(stored::add);
                assertThat(found).as(id).isEqualTo(stored).hasSize((int)
                        oracle.trace(i).spans());
            }
        }
    }

    private static String id(W1Oracle oracle, int trace) {
        return Hex.of(oracle.trace(trace).high(), oracle.trace(trace).low());
    }

    /** The Bloom filter and the page index leave every row that is asked for, and hardly another. */
    private static void byIndex(W1Oracle oracle, Path files) throws IOException {
        for (int i = 0; i < TRACES_BY_INDEX; i++) {
            assertThat(Readers.parquetJava(files, isTrace(id(oracle, i))))
                    .hasSize((int) oracle.trace(i).spans());
        }
        assertThat(Readers.parquetJava(files, isTrace("0".repeat(32)))).isEmpty();
    }

    private static FilterPredicate isTrace(String id) {
        return FilterApi.eq(FilterApi.binaryColumn("TraceId"), Binary.fromString(id));
    }

    /** A span is written once, whatever is killed on the way, and no file is half. */
    @Test
    void aKilledExportLeavesWholeFilesAndTheNextOneAddsTheRest() throws Exception {
        Path data = scratch.resolve("store");
        workload(data);
        Path files = scratch.resolve("files");
        for (int kill = 1; kill <= Gate.size(2, 8); kill++) {
            Process export = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Exporting.class.getName(),
                            data.toString(),
                            files.toString())
                    .redirectError(scratch.resolve("errors").toFile())
                    .start();
            try (var said = export.inputReader()) {
                for (int line = 0; line < 4 * kill && said.readLine() != null; line++) {
                    // Every line is a step further.
                }
            } finally {
                export.destroyForcibly().waitFor();
            }
            if (!Readers.files(files).isEmpty()) {
                assertThat(rowsAndIds(files)[0]).as("rows of whole files").isLessThanOrEqualTo(SPANS);
            }
        }
        Stored.export(data, files);
        assertThat(rowsAndIds(files)).as("rows and ids").containsOnly(SPANS);
        try (Stream<Path> left = Files.list(files)) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.endsWith(".part"));
        }
    }

    private static long[] rowsAndIds(Path files) throws Exception {
        try (Connection duck = Readers.connect();
                Statement statement = duck.createStatement();
                ResultSet answer = statement.executeQuery(
                        "SELECT count(*), count(DISTINCT SpanId) FROM " + Readers.table(files))) {
            assertThat(answer.next()).isTrue();
            return new long[] {answer.getLong(1), answer.getLong(2)};
        }
    }

    /** The export that is killed; says so at each block. */
    static final class Exporting {
        private Exporting() {}

        public static void main(String[] args) throws Exception {
            try (StoreReader reader = StoreReader.open(Path.of(args[0]));
                    ParquetFolder into = ParquetFolder.open(Path.of(args[1]), Selection.ALL)) {
                into.write(reader, spans -> System.out.println("read " + spans));
            }
        }
    }

    /** Stores the workload in several segments. */
    private static void workload(Path data) throws Exception {
        StoreConfig config =
                StoreConfig.builder().segmentSpans(Math.max(5_000, SPANS / 8)).build();
        try (SpanStore store = SpanStore.open(data, config)) {
            W1Stream stream = new W1Stream(W1Generator.SEED, SPANS);
            for (long left = SPANS; left > 0; left -= W1Stream.BATCH_SPANS) {
                for (byte[] request : stream.nextRequests(Math.min(left, W1Stream.BATCH_SPANS))) {
                    assertThat(store.appendOtlp(request).rejectedCount()).isZero();
                }
                assertThat(store.flush(Duration.ofMinutes(1))).isTrue();
            }
        }
    }

    private static List<Path> demo() throws IOException {
        String named = System.getenv("OFFSPAN_CORPUS");
        Path demo = named == null ? null : Path.of(named, "otel-demo");
        boolean there = demo != null && Files.isDirectory(demo);
        if (!there) {
            System.out.println(
                    "NOT RUN: ForeignReadersIT, because OFFSPAN_CORPUS names no folder with otel-demo in it");
        }
        assumeTrue(there, "OFFSPAN_CORPUS");
        try (Stream<Path> files = Files.list(demo)) {
            return files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .toList();
        }
    }
}
