package io.offspan.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
                "a, `{\n\u0079\n`, otlp",
                "a, `[\nY\n\u0010`, otlp",
                "a, ``, otlp"
            })
    void tellsTheFormatByNameAndFirstBytes(String name, String content, String expected) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        BufferedInputStream in = new BufferedInputStream(new ByteArrayInputStream(bytes), 1 << 17);
        assertThat(InputFormat.detect(name, in)).hasToString(expected);
        assertThat(in.readAllBytes()).isEqualTo(bytes);
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
