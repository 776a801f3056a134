package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code trace --json} writes, {@code ingest} reads, and nothing of a span is lost on the way. */
class OtlpJsonRoundTripTest {
    private static final int SPANS = 800;

    @TempDir
    Path scratch;

    @Test
    void aTraceComesBackEqualThroughJson() throws Exception {
        long seed = Long.getLong("offspan.seed", new Random().nextLong());
        System.out.println("OtlpJsonRoundTripTest: -Doffspan.seed=" + seed);
        byte[] traceId = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        ExportTraceServiceRequest request = new RandomRequests(seed).next(ByteString.copyFrom(traceId), SPANS);
        Path first = scratch.resolve("first");
        Path second = scratch.resolve("second");
        Ended.of("ingest", "--data", first, Requests.write(scratch.resolve("a.bin"), request))
                .expect(0);
        String json = Ended.of("trace", "--data", first, "30313233343536373839616263646566", "--json")
                .expect(0)
                .out();
        Path file = Files.writeString(scratch.resolve("trace"), json);
        assertThat(Ended.of("ingest", "--data", second, file, "--json")
                        .expect(0)
                        .json()
                        .path("spans")
                        .asInt())
                .as("seed %d", seed)
                .isEqualTo(SPANS);
        Path out = scratch.resolve("out.otlp");
        Ended.of("export", "--data", second, "--output", out).expect(0);
        assertThat(Requests.bag(Requests.readDelimited(out)))
                .as("seed %d", seed)
                .isEqualTo(Requests.bag(List.of(request)));
    }

    @Test
    @Tag(Gate.AT_LENGTH)
    void aTraceLargerThanAnElementOfTheReaderComesBackEqualThroughJson() throws Exception {
        // One resource, 72 MiB: more than the 64 MiB that ingest allows an element.
        int spans = 80;
        String text = "x".repeat(900 << 10);
        List<Span> large = new ArrayList<>();
        for (int n = 0; n < spans; n++) {
            large.add(Requests.span(n).toBuilder()
                    .setTraceId(Requests.traceId(0))
                    .addAttributes(Requests.attribute("large", text))
                    .build());
        }
        Path first = scratch.resolve("first");
        Path second = scratch.resolve("second");
        Path json = scratch.resolve("trace.json");
        Ended.of("ingest", "--data", first, Requests.write(scratch.resolve("a.bin"), Requests.request("cart", large)))
                .expect(0);
        String answer = Ended.of("trace", "--data", first, Requests.traceIdHex(0), "--json")
                .expect(0)
                .out();
        assertThat(answer.length()).isGreaterThan(64 << 20);
        assertThat(answer.split("\"resource\":", -1))
                .as("elements of a few MiB")
                .hasSizeBetween(20, 60);
        Files.writeString(json, answer);
        Ended.of("ingest", "--data", second, json).expect(0);
        Path out = scratch.resolve("out.otlp");
        Ended.of("export", "--data", second, "--output", out).expect(0);
        assertThat(Requests.bag(Requests.readDelimited(out)))
                .isEqualTo(Requests.bag(List.of(Requests.request("cart", large))));
    }
}
