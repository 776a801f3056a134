package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of exporters that have run. */
class ExporterStatesTest {
    private static final String SECRET = "canary-4711";

    @TempDir
    Path scratch;

    private Path data;
    private OtlpReceiver receiver;

    @BeforeEach
    void prepare() throws IOException {
        data = scratch.resolve("store");
        receiver = OtlpReceiver.start();
    }

    @AfterEach
    void stop() throws IOException {
        receiver.close();
    }

    private void ingest(int from, int to) throws IOException {
        Path file = Requests.write(
                scratch.resolve("from" + from + ".bin"), Requests.request("cart", Requests.spans(from, to)));
        Ended.of("ingest", "--data", data, file).expect(0);
    }

    private JsonNode states() {
        JsonNode answer = Ended.of("export", "--data", data, "--status", "--json")
                .expect(0)
                .json();
        Schemas.check("export", answer);
        return answer.path("exporters");
    }

    private String shown() {
        return Ended.of("export", "--data", data, "--status").expect(0).out();
    }

    @Test
    void eachExporterIsShownWithItsLagAndItsLastError() throws Exception {
        ingest(0, 20);
        assertThat(states()).isEmpty();
        assertThat(shown()).contains("no exporter has a checkpoint in " + data);

        Ended.of("export", "--data", data, "--endpoint", receiver.base(), "--name", "fine")
                .expect(0);
        ingest(20, 45);
        receiver.usually(Reply.answer(401));
        Ended.of(
                        "export",
                        "--data",
                        data,
                        "--endpoint",
                        receiver.base().replace("http://", "http://user:" + SECRET + "@"),
                        "--name",
                        "locked")
                .expect(1);

        JsonNode fine = states().path(0);
        assertThat(fine.path("name").asText()).isEqualTo("fine");
        assertThat(fine.path("state").asText()).isEqualTo("closed");
        assertThat(fine.path("lag").asInt()).isEqualTo(25);
        assertThat(fine.path("lagBytes").asLong()).isPositive();
        assertThat(fine.path("spans").asInt()).isEqualTo(20);
        assertThat(Instant.parse(fine.path("lastSuccess").asText())).isAfter(Instant.EPOCH);
        assertThat(fine.has("lastErrorAt")).isFalse();
        JsonNode locked = states().path(1);
        assertThat(locked.path("lag").asInt()).isEqualTo(45);
        assertThat(locked.path("lastError").asText()).contains("401");
        assertThat(locked.path("endpoint").asText()).contains("***@");
        assertThat(locked.has("lastSuccess")).isFalse();

        assertThat(shown())
                .contains("NAME\tSTATE\tLAG", "fine\tclosed\t25\t", "locked: last error ", "401")
                .doesNotContain(SECRET);
    }

    @Test
    void oneThatWasKilledOrLostItsCheckpointIsShownAsSuch() throws Exception {
        ingest(0, 20);
        for (String name : new String[] {"gone", "killed"}) {
            Ended.of("export", "--data", data, "--endpoint", receiver.base(), "--name", name)
                    .expect(0);
        }
        Path folder = data.resolve("checkpoints");
        Files.delete(folder.resolve("gone"));
        Path said = folder.resolve("killed.status");
        Files.writeString(said, Files.readString(said).replace("=CLOSED", "=SENDING"));
        Files.setLastModifiedTime(folder.resolve("killed"), FileTime.from(Instant.EPOCH));
        assertThat(states().path(0).path("problem").asText()).contains("checkpoint was deleted");
        assertThat(states().path(1).path("live").asBoolean()).isFalse();
        assertThat(shown()).contains("killed\tsending, no sign of life\t0\t", "gone: its checkpoint was deleted");

        Files.writeString(said, "nonsense");
        assertThat(states().path(1).path("lag").asInt()).isZero();
        assertThat(states().path(1).has("state")).isFalse();
    }

    @Test
    void itGoesWithNoOptionOfAnExport() {
        assertThat(Ended.of("export", "--data", data, "--status", "--follow")
                        .expect(2)
                        .err())
                .contains("--status sends nothing");
    }
}
