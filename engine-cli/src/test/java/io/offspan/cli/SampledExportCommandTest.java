package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports that send only the traces which policies keep. */
class SampledExportCommandTest {
    @TempDir
    Path scratch;

    private Path data;
    private OtlpReceiver receiver;

    @BeforeEach
    void prepare() throws IOException {
        data = scratch.resolve("store");
        receiver = OtlpReceiver.start();
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Span.Builder span = Requests.span(i).toBuilder().setTraceId(Requests.traceId(1 + i / 2));
            spans.add(i < 4 ? span.setTraceState("best=1,ot=rv:80000000000000").build() : span.build());
        }
        Path file = Requests.write(scratch.resolve("in.bin"), Requests.request("shop", spans));
        Ended.of("ingest", "--data", data, file).expect(0);
    }

    @AfterEach
    void stop() throws IOException {
        receiver.close();
    }

    private Path policies(String text) throws IOException {
        return Files.writeString(scratch.resolve("policies.yaml"), "decision_wait: 1ms\npolicies:\n" + text);
    }

    @Test
    void keptTracesAreSentWithTheirThresholdAndTheOthersCountedByPolicy() throws Exception {
        Path file = policies("""
                - {name: most, type: ratio, ratio: {probability: 0.75}}
                - {name: third, type: drop, drop: {drop_sub_policy: [{name: n, type: traceql, traceql: '{ span.number = 3 }'}]}}
                """);
        JsonNode answer = Ended.of(
                        "export", "--data", data, "--endpoint", receiver.base(), "--sampling", file, "--json")
                .expect(0)
                .json();
        Schemas.check("export", answer);
        assertThat(receiver.received().get(0).spans())
                .extracting(Span::getTraceState)
                .containsExactly("ot=th:4;rv:80000000000000,best=1", "ot=th:4;rv:80000000000000,best=1");
        assertThat(receiver.ids()).containsExactly(1L, 2L);
        JsonNode sampling = answer.path("sampling");
        assertThat(sampling.path("notKept").asLong()).isEqualTo(4);
        assertThat(sampling.path("unclaimed").asLong()).isEqualTo(1);
        assertThat(sampling.path("policies").get(0).path("kept").path("traces").asLong())
                .isEqualTo(1);
        assertThat(sampling.path("policies")
                        .get(1)
                        .path("dropped")
                        .path("traces")
                        .asLong())
                .isEqualTo(1);
        JsonNode states = Ended.of("export", "--data", data, "--status", "--json")
                .expect(0)
                .json();
        Schemas.check("export", states);
        assertThat(states.path("exporters").get(0).path("sampling")).isEqualTo(answer.path("sampling"));
        assertThat(Ended.of("export", "--data", data, "--status").expect(0).out())
                .contains("otlp: policy most has kept 1 trace", "otlp: no policy was in favour of 1 trace");
    }

    @Test
    void policiesThatCannotBeUsedAreRefusedByTheirPlaceBeforeAnythingIsSent() throws Exception {
        Path file = policies("- {name: a, type: sometimes}\n");
        assertThat(Ended.of("export", "--data", data, "--endpoint", receiver.base(), "--sampling", file)
                        .expect(2)
                        .err())
                .contains("policies.yaml", "line 3", "'sometimes', which is not known here");
        assertThat(Ended.of("export", "--data", data, "--endpoint", receiver.base(), "--sampling", "none.yaml")
                        .expect(2)
                        .err())
                .contains("none.yaml cannot be read");
        Path destinations = Files.writeString(
                scratch.resolve("to.properties"),
                "a.otlp_http.endpoint = " + receiver.endpoint() + "\na.otlp_http.sampling = " + file + "\n");
        assertThat(Ended.of("export", "--data", data, "--config", destinations)
                        .expect(2)
                        .err())
                .contains("The destination 'a'", "'sometimes'");
        assertThat(receiver.ids()).isEmpty();
    }
}
