package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies tried on stored spans: what is counted, and that nothing happens. */
class ExplainSamplingTest {
    private static final String ERRORS = "- {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}\n";
    private static final String CART =
            "- {name: cart, type: string_attribute, string_attribute: {key: service.name, values: [cart]}}\n";

    @TempDir
    Path scratch;

    private Path policies(String list) throws IOException {
        return Files.writeString(scratch.resolve("policies.yaml"), "decision_wait: 24h\npolicies:\n" + list);
    }

    private void ingest(Path store, String service, int from, int to) throws IOException {
        Path file = Requests.write(
                scratch.resolve(service + from + ".bin"), Requests.request(service, Requests.spans(from, to)));
        Ended.of("ingest", "--data", store, file).expect(0);
    }

    /** Stores three traces of two spans each, of which the first has an error. */
    private Path store() throws IOException {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Status status = Status.newBuilder()
                    .setCode(i == 0 ? StatusCode.STATUS_CODE_ERROR : StatusCode.STATUS_CODE_UNSET)
                    .build();
            spans.add(Requests.span(i).toBuilder()
                    .setTraceId(Requests.traceId(1 + i / 2))
                    .setStatus(status)
                    .build());
        }
        Path store = scratch.resolve("store");
        Path file = Requests.write(scratch.resolve("in.bin"), Requests.request("shop", spans));
        Ended.of("ingest", "--data", store, file).expect(0);
        return store;
    }

    @Test
    void eachPolicySaysWhatItWouldKeepAndNothingIsSent() throws Exception {
        Path store = store();
        Path file = policies(ERRORS + "- {name: pairs, type: span_count, span_count: {min_spans: 2}}\n");
        JsonNode answer = Ended.of("export", "--data", store, "--explain-sampling", file, "--json")
                .expect(0)
                .json();
        Schemas.check("export", answer);
        assertThat(answer.path("sampled").toString()).isEqualTo("{\"traces\":3,\"spans\":6}");
        assertThat(answer.path("kept").toString()).isEqualTo("{\"traces\":3,\"spans\":6}");
        assertThat(answer.path("policies").get(0).path("keeps").toString()).isEqualTo("{\"traces\":1,\"spans\":2}");
        assertThat(answer.path("policies").get(1).path("keeps").toString()).isEqualTo("{\"traces\":3,\"spans\":6}");
        assertThat(answer.path("policies").get(1).path("decides").toString()).isEqualTo("{\"traces\":2,\"spans\":4}");
        assertThat(store.resolve("checkpoints"))
                .satisfiesAnyOf(
                        folder -> assertThat(folder).doesNotExist(),
                        folder -> assertThat(folder).isEmptyDirectory());
    }

    @Test
    void aTableSaysTheSame() throws Exception {
        Ended ended = Ended.of("export", "--data", store(), "--explain-sampling", policies(ERRORS))
                .expect(0);
        assertThat(ended.out().lines())
                .containsExactly(
                        "POLICY\tTYPE\tKEEPS\tSPANS\tDROPS\tSPANS\tDECIDES", "errors\tstatus_code\t1\t2\t0\t0\t1");
        assertThat(ended.err()).contains("1 of 3 traces and 2 of 6 spans would be kept; nothing was sent");
    }

    @Test
    void tracesOfSeveralProcessesAreWhole() throws Exception {
        Path shared = scratch.resolve("shared");
        ingest(shared.resolve("0"), "cart", 0, 50);
        ingest(shared.resolve("1"), "shop", 0, 50);
        JsonNode answer = Ended.of("export", "--data", shared, "--explain-sampling", policies(CART), "--json")
                .expect(0)
                .json();
        Schemas.check("export", answer);
        assertThat(answer.path("stores")).hasSize(2);
        assertThat(answer.path("sampled").path("spans").asInt()).isEqualTo(100);
        assertThat(answer.path("kept")).isEqualTo(answer.path("sampled"));
    }

    @ParameterizedTest
    @CsvSource({"--endpoint,http://localhost:1", "--output,out", "--name,other", "--give-up,3s"})
    void itGoesWithTheStoreAlone(String option, String value) throws Exception {
        Ended ended = Ended.of("export", "--data", store(), "--explain-sampling", policies(ERRORS), option, value);
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("--explain-sampling sends nothing; it goes with --data alone");
    }

    @Test
    void policiesThatAreNoneAreRefusedWithTheirPlace() throws Exception {
        Ended ended = Ended.of("export", "--data", store(), "--explain-sampling", policies("- {name: a, type: b}\n"));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("policies.yaml: line 3: policies[0].type is 'b'");
        Ended missing = Ended.of("export", "--data", store(), "--explain-sampling", scratch.resolve("none.yaml"));
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains("none.yaml cannot be read");
    }
}
