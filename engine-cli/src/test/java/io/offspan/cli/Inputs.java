package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Stores and files in every state that a command line may name, each under a word in capitals. */
final class Inputs {
    /** Spans of {@code GOOD}, of which every tenth failed. */
    static final int SPANS = 95;

    private static final int VERSION_OFFSET = 4;
    private static final int CRC_OFFSET = 88;

    private final Path folder;
    private final Map<String, Object> known = new ConcurrentHashMap<>();
    private final AtomicInteger fresh = new AtomicInteger();

    Inputs(Path folder) throws Exception {
        this.folder = folder;
        Path otlp =
                file("OTLP", Requests.request("cart", Requests.spans(0, SPANS)).toByteArray());
        known.put("FULL", Path.of("/dev/full"));
        known.put("TRACE_ID", Requests.traceIdHex(2));
        known.put("NO_TRACE_ID", "4bf92f3577b34da6a3ce929d0e0e4736");
        known.put("HUGE_TEXT", "{ name = \"" + "x".repeat(100_000) + "\" }");
        known.put("HUGE_PATTERN", "{ name =~ \"" + "(x".repeat(20_000) + ")*".repeat(20_000) + "\" }");
        stores(otlp);
        files(Files.readAllBytes(otlp));
    }

    /** Returns what a word stands for; {@code NEW} is another path every time, where nothing is. */
    @Nullable
    Object get(String word) {
        return word.equals("NEW") ? folder.resolve("new-" + fresh.incrementAndGet()) : known.get(word);
    }

    Inputs put(String word, Object stands) {
        known.put(word, stands);
        return this;
    }

    Path path(String word) {
        return (Path) known.getOrDefault(word, folder);
    }

    private void stores(Path otlp) throws Exception {
        for (String store : new String[] {"GOOD", "DAMAGED", "NEWER", "LOCKED", "BARRED", "SENT"}) {
            Ended.of("ingest", "--data", keep(store), otlp).expect(0);
        }
        keep("NONE");
        Files.createDirectory(keep("EMPTY"));
        Files.writeString(Files.createDirectory(keep("FOREIGN")).resolve("letter.txt"), "no store");
        Files.createSymbolicLink(keep("LINK"), path("GOOD"));
        file("FILE", "no directory".getBytes(StandardCharsets.UTF_8));
        damage(path("DAMAGED"));
        renew(path("NEWER").resolve("slabs"));
    }

    private void files(byte[] otlp) throws IOException {
        file("CUT_OTLP", Arrays.copyOf(otlp, otlp.length - 20));
        file("LETTER", "Dear reader, this is no request.".getBytes(StandardCharsets.UTF_8));
        text(
                "OTLP_JSON",
                "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[\n{\"traceId\":\"" + Requests.traceIdHex(1)
                        + "\",\"spanId\":\"0123456789abcdef\",\"name\":\"a\"}]}]}]}\n");
        text("BAD_OTLP_JSON", "{\"resourceSpans\":[\n{\"scopeSpans\":7}]}");
        text("CUT_OTLP_JSON", "{\"resourceSpans\":[\n{\"scopeSpans\":[");
        text("ZIPKIN", "[{\"traceId\":\"00000000000000a1\",\"id\":\"0000000000000001\",\"name\":\"a\"}]");
        text("BAD_ZIPKIN", "[{\"traceId\":\"a1\",\"id\":\"1\"},\n{\"traceId\":\"zz\",\"id\":\"1\"},\n  }]");
        String header = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n";
        text("CSV", header + "b1,1,root,pod,GET,1000,4000,3\n");
        text("BAD_CSV", header + "b1,1,root,pod,GET,1000,4000,3\nb1,2,1,pod,GET,soon,4000,3\nb1,3\n");
        text("OTHER_CSV", "a,b\n1,2\n");
    }

    private Path keep(String word) {
        Path path = folder.resolve(word.toLowerCase(java.util.Locale.ROOT));
        known.put(word, path);
        return path;
    }

    private Path file(String word, byte[] content) throws IOException {
        return Files.write(keep(word), content);
    }

    private void text(String word, String content) throws IOException {
        file(word, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Changes a byte of the only block that the log of a store has. */
    private static void damage(Path store) throws IOException {
        Path segment;
        try (Stream<Path> log = Files.list(store.resolve("log"))) {
            segment = log.filter(path -> path.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(segment);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("cher ");
        assertThat(at).as("place of a stored text in %s", segment).isPositive();
        bytes[at] ^= 1;
        Files.write(segment, bytes);
    }

    /** Makes slabs those of the release after this one. */
    private static void renew(Path slabs) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(slabs.toFile(), "rw")) {
            ByteBuffer page = ByteBuffer.allocate(CRC_OFFSET + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(page.array());
            page.putInt(VERSION_OFFSET, page.getInt(VERSION_OFFSET) + 1);
            CRC32C crc = new CRC32C();
            crc.update(page.array(), 0, CRC_OFFSET);
            page.putInt(CRC_OFFSET, (int) crc.getValue());
            file.seek(0);
            file.write(page.array());
        }
    }
}
