package io.offspan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.offspan.codec.otlp.Passage.Way;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests captured from the OpenTelemetry demo come back as they went in. */
class CorpusTest {
    @ParameterizedTest
    @EnumSource(Way.class)
    void everySpanOfTheDemoComesBackEqual(Way way) throws IOException {
        Passage passage = new Passage();
        int spans = 0;
        Set<ByteString> traces = new HashSet<>();
        for (Path file : requests()) {
            byte[] request = Files.readAllBytes(file);
            SpanBag sent = SpanBag.parse(request);
            assertThat(passage.bag(request, way))
                    .as(file.getFileName().toString())
                    .isEqualTo(sent);
            assertThat(passage.refused()).isEmpty();
            spans += sent.size();
            sent.spans().map(Span::getTraceId).forEach(traces::add);
        }
        assertThat(spans).isEqualTo(3318);
        assertThat(traces).hasSize(795);
    }

    private static List<Path> requests() throws IOException {
        String named = System.getenv("OFFSPAN_CORPUS");
        Path demo = named == null ? null : Path.of(named, "otel-demo");
        boolean there = demo != null && Files.isDirectory(demo);
        if (!there) {
            System.out.println("NOT RUN: CorpusTest, because OFFSPAN_CORPUS names no folder with otel-demo in it");
        }
        assumeTrue(there, "OFFSPAN_CORPUS");
        try (Stream<Path> files = Files.list(demo)) {
            return files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .toList();
        }
    }
}
