package io.offspan.export.send;

import io.offspan.codec.FormatException;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.export.send.LimitedBody.Content;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, unpacked, which says in protobuf, in JSON or in plain words what became of a request.
 *
 * @param bytes what was kept of it
 * @param cut whether there was more
 * @param type its media type without parameters, empty when nobody said
 */
@SuppressWarnings("ArrayRecordComponent")
record AnswerBody(byte[] bytes, boolean cut, String type) {
    private static final int STATUS_MESSAGE = 2 << 3 | ProtoInput.LENGTH;
    /** Where JSON answers have their words: google.rpc.Status, and what proxies and backends use. */
    private static final List<String> WORDS =
            List.of("message", "error.message", "error_description", "error", "detail", "errorMessage");

    static AnswerBody of(HttpHeaders headers, Content content) {
        String type = headers.firstValue("content-type").orElse("");
        int parameters = type.indexOf(';');
        type = (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
        String packed =
                headers.firstValue("content-encoding").orElse("").strip().toLowerCase(Locale.ROOT);
        return packed.equals("gzip") || packed.equals("x-gzip")
                ? unpacked(content, type)
                : new AnswerBody(content.bytes(), content.cut(), type);
    }

    /** What was cut off ends somewhere, and what is longer unpacked than it may be is cut off there, too. */
    private static AnswerBody unpacked(Content content, String type) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        boolean cut = content.cut();
        byte[] chunk = new byte[4 * 1024];
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(content.bytes()))) {
            int read = in.read(chunk);
            while (read >= 0 && plain.size() < LimitedBody.MAX_BYTES) {
                plain.write(chunk, 0, read);
                read = in.read(chunk);
            }
            cut |= read >= 0;
        } catch (IOException broken) {
            cut = true;
        }
        return new AnswerBody(plain.toByteArray(), cut, type);
    }

    /** Returns what it says as the answer to accepted spans, or null when it is not what it should be. */
    @Nullable
    PartialSuccess partialSuccess() {
        if (cut) {
            return null;
        }
        return isJson() ? PartialSuccess.readJson(bytes) : PartialSuccess.read(bytes);
    }

    /** Returns its words as the answer to refused spans, empty when it has none. */
    String words() {
        if (isJson()) {
            return jsonWords();
        }
        if (type.equals("text/plain")) {
            return text();
        }
        return type.endsWith("protobuf") || type.isEmpty() ? statusMessage() : "";
    }

    private boolean isJson() {
        boolean unsaid = type.isEmpty() || type.equals("application/octet-stream");
        // No protobuf of OTLP begins with a brace: it would be a group, which went out of use before.
        return type.endsWith("/json") || type.endsWith("+json") || unsaid && bytes.length > 0 && bytes[0] == '{';
    }

    private String jsonWords() {
        Map<String, String> values = JsonValues.read(bytes);
        if (values != null) {
            for (String name : WORDS) {
                String words = values.get(name);
                if (words != null && !words.isBlank()) {
                    return words;
                }
            }
        }
        return text();
    }

    /** Reads a google.rpc.Status, with which the specification wants receivers to answer; else what is text is text. */
    private String statusMessage() {
        String message = "";
        try {
            ProtoInput status = new ProtoInput().wrap(bytes, 0);
            while (status.position() < bytes.length) {
                int tag = status.tag(bytes.length);
                if (tag == STATUS_MESSAGE) {
                    message = status.text(bytes.length);
                } else {
                    status.skip(tag, bytes.length);
                }
            }
            return message;
        } catch (FormatException noStatus) {
            // A text in the wrong dress is shown; of bytes that are neither nobody learns anything.
            String text = text();
            return cut && !message.isEmpty()
                    ? message
                    : text.chars().allMatch(c -> c >= ' ' && c != 0xfffd || Character.isWhitespace(c)) ? text : "";
        }
    }

    private String text() {
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }
}
