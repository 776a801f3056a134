package io.offspan.cli.input;

import io.offspan.codec.model.Span;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** One store into which many inputs are read, each giving what became of it alone. */
final class Readers implements AutoCloseable {
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofMinutes(1))
            .build();
    static final int MAX_SPAN_BYTES = CONFIG.maxSpanBytes();

    private final Path directory;
    private final SpanStore store;

    /** What became of one input. */
    record Outcome(
            long stored,
            Map<String, Long> rejected,
            List<String> problems,
            long unknownFields,
            List<String> unknownNames) {}

    Readers() throws IOException {
        directory = Files.createTempDirectory("readers");
        store = SpanStore.open(directory.resolve("store"), CONFIG);
    }

    SpanStore store() {
        return store;
    }

    Outcome read(InputFormat format, String content) {
        return read(format, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads some bytes; a null format is found out. */
    Outcome read(InputFormat format, byte[] content) {
        return read(format, "-", new ByteArrayInputStream(content));
    }

    /** Reads a file, or a stream in the place of standard input. */
    Outcome read(InputFormat format, String name, InputStream standardInput) {
        Intake intake = new Intake(store, MAX_SPAN_BYTES, problem -> {});
        new InputFile(name, standardInput).read(format, intake, count -> {});
        return new Outcome(
                intake.spans(),
                intake.rejected(),
                intake.problems(),
                intake.unknownFields(),
                intake.unknownNames().stream()
                        .map(field -> field.name() + " " + field.count() + " " + field.first())
                        .toList());
    }

    /** Returns a file of the test's resources. */
    static byte[] resource(String name) throws IOException {
        try (InputStream in = Readers.class.getResourceAsStream("/inputs/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    /** The spans that the store holds, in no order. */
    List<Span> spans() {
        List<Span> spans = new ArrayList<>();
        try (StoreSnapshot snapshot = store.reader().snapshot()) {
            for (var blocks = snapshot.blocks(); blocks.next(); ) {
                var block = blocks.open();
                for (int i = 0; i < block.count(); i++) {
                    spans.add(Span.of(block.span(i)));
                }
            }
        }
        return spans;
    }

    /** The spans of a trace with a number in the low half of its id. */
    List<Span> trace(long low) {
        return spans().stream()
                .filter(span -> span.traceIdLow() == low)
                .sorted(Comparator.comparingLong(Span::spanIdBits))
                .toList();
    }

    @Override
    public void close() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
