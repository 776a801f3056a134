package io.offspan.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.otlp.OtlpArbitraries;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Spans of every shape come out of the files as they went into the store. */
class ForeignReadersPropertyTest {
    private static final int TRIES = 40;

    @Provide
    Arbitrary<List<ExportTraceServiceRequest>> requests() {
        return OtlpArbitraries.requests().list().ofMinSize(1).ofMaxSize(6);
    }

    @Property(tries = TRIES)
    void parquetJavaReadsWhatWasStored(@ForAll("requests") List<ExportTraceServiceRequest> requests) throws Exception {
        List<Map<String, Object>> expected = Stored.expected(requests);
        inFolder(folder -> {
            Stored.append(folder.resolve("store"), requests);
            ParquetReport report = Stored.export(folder.resolve("store"), folder.resolve("files"));
            assertThat(report.spans()).isEqualTo(expected.size());
            assertThat(Readers.parquetJava(folder.resolve("files"))).containsExactlyInAnyOrderElementsOf(expected);
        });
    }

    @Property(tries = TRIES)
    void duckDbReadsWhatWasStored(@ForAll("requests") List<ExportTraceServiceRequest> requests) throws Exception {
        List<Map<String, Object>> expected = Stored.expected(requests);
        inFolder(folder -> {
            Stored.append(folder.resolve("store"), requests);
            ParquetReport report = Stored.export(folder.resolve("store"), folder.resolve("files"));
            if (report.files() > 0) {
                assertThat(Readers.duckDb(folder.resolve("files"))).containsExactlyInAnyOrderElementsOf(expected);
            }
        });
    }

    /** What is done in a folder that goes away. */
    private interface Work {
        void in(Path folder) throws Exception;
    }

    private static void inFolder(Work work) throws Exception {
        Path folder = Files.createTempDirectory("parquet");
        try {
            work.in(folder);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
