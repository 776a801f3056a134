package io.offspan.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputFormatTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a.json, `{\"resourceSpans\":[]}`, otlp-json",
                "a, `  {\n \"resourceSpans\": []}`, otlp-json",
                "a, `[{\"x\":{\"traceId\":1},\"resourceSpans\":[]}]`, otlp-json",
                "a, `[{\"traceId\":\"1\"}]`, zipkin-json",
                "a, `{\"kind\":\"CLIENT\",\"id\":\"1\"}`, zipkin-json",
                "a, `\u00ef\u00bb\u00bf[{\"tags\":{}}]`, zipkin-json",
                "a.json, nonsense, otlp-json",
                "a.CSV.gz, anything, nezha-csv",
                "a, `TraceID,SpanID`, nezha-csv",
                "a.bin, `\n\u0003abc`, otlp",
                "a, `{\n\u0079\n\u0057`, otlp",
                "a, `\n\u007b\n\u0020\u0001`, otlp",
                "a, `\n{\n  \"resourceSpans\": []}`, otlp-json",
                "a, `12:00 INFO {\"resource\":{}}`, otlp-json",
                "a, `\u001e{\"resourceSpans\":[]}`, otlp-json",
                "a, `[[{\"name\":\"x\",\"traceId\":\"1\"}]]`, zipkin-json",
                "a, `[\nY\n\u0010`, otlp",
                "a, ``, otlp"
            })
    void tellsTheFormatByNameAndFirstBytes(String name, String content, String expected) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        HeadStream in = new HeadStream(new ByteArrayInputStream(bytes));
        assertThat(InputFormat.detect(name, in)).hasToString(expected);
        assertThat(in.readAllBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`[{\"name\":\"get\",\"traceId\":\"`, zipkin-json",
                "`{\"resourceSpans\":[`, otlp-json",
                "`{\"a\":{\"b\":1}}`, otlp-json"
            })
    void waitsForNoMoreThanTellsTheFormat(String start, String expected) throws IOException {
        Pauses pauses = new Pauses(start.getBytes(StandardCharsets.UTF_8));
        HeadStream in = new HeadStream(pauses);
        assertThat(InputFormat.detect("a", in)).hasToString(expected);
        assertThat(pauses.waited).isFalse();
    }

    /** A stream that gives a byte at a time and notes when somebody waits for more. */
    private static final class Pauses extends InputStream {
        private final byte[] bytes;
        private int at;
        private boolean waited;

        Pauses(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            waited |= at == bytes.length;
            return waited ? -1 : bytes[at++];
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int value = read();
            if (value >= 0) {
                target[offset] = (byte) value;
            }
            return value < 0 ? -1 : 1;
        }
    }

    @Test
    void unpacksGzipAndSaysWhenItIsCutOffOrDamaged() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            for (int i = 1; i < 500; i++) {
                gzip.write("{\"traceId\":\"c001\",\"id\":\"%x\"}\n".formatted(i).getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] whole = packed.toByteArray();
        byte[] damaged = whole.clone();
        damaged[whole.length - 6] ^= 1;
        try (Readers readers = new Readers()) {
            assertThat(readers.read(null, whole).stored()).isEqualTo(499);
            byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 9);
            assertThat(readers.read(null, cut).rejected()).containsKey("TRUNCATED");
            assertThat(readers.read(null, damaged).rejected()).containsKey("MALFORMED");
        }
    }
}
