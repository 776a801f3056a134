package io.offspan.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.model.Resource;
import io.offspan.codec.span.SpanKind;
import io.offspan.core.SpanStore;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.ast.Filter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README, compiled and run. */
class ReadmeExampleTest {
    @TempDir
    Path parent;

    @Test
    void printsTheSpanThatItStored() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            example(parent.resolve("spans"));
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).trim())
                .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736 GET /cart");
    }

    @Test
    void standsInTheReadmeButForTheLineBreaks() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        String readme = Files.readString(root.resolve("README.md"));
        int start = readme.indexOf("```java") + "```java".length();
        String example = readme.substring(start, readme.indexOf("```", start));
        String compiled =
                Files.readString(root.resolve("engine-it/src/test/java/io/offspan/it/ReadmeExampleTest.java"));
        assertThat(example.lines()).hasSizeGreaterThan(10);
        assertThat(compiled.replaceAll("\\s", "")).contains(example.replaceAll("\\s", ""));
    }

    private static void example(Path directory) {
        Instant start = Instant.now();
        try (SpanStore store = SpanStore.open(directory)) {
            Resource cart = Resource.builder().put("service.name", "cart").build();
            store.append(span -> span.resource(cart)
                    .traceId("4bf92f3577b34da6a3ce929d0e0e4736")
                    .spanId("00f067aa0ba902b7")
                    .name("GET /cart")
                    .kind(SpanKind.SERVER)
                    .times(start, Duration.ofMillis(120))
                    .attribute(
                            "http.response.status_code", 200)); // stored: it survives kill -9, and every query sees it

            Filter slow = Filter.service("cart").and(Filter.minDuration(Duration.ofMillis(100)));
            try (SpanCursor spans =
                    QueryEngine.over(store.reader()).find(Query.where(slow).limit(20))) {
                while (spans.next()) {
                    System.out.println(
                            spans.view().traceIdHex() + " " + spans.view().name());
                }
            }
        }
    }
}
