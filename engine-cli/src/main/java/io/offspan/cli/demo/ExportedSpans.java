package io.offspan.cli.demo;

import io.offspan.codec.otlp.OtlpFrames;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.span.SpanDraft;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the spans of an exported file by reading it as anybody else would. */
final class ExportedSpans {
    private ExportedSpans() {}

    static long count(Path file) throws IOException {
        long spans = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            OtlpFrames requests = new OtlpFrames(in, OtlpFrames.MAX_REQUEST_BYTES);
            OtlpReader reader = new OtlpReader();
            SpanDraft draft = new SpanDraft();
            while (requests.next()) {
                reader.wrap(requests.bytes(), requests.offset(), requests.length());
                while (reader.nextSpan(draft)) {
                    spans++;
                }
            }
        }
        return spans;
    }
}
