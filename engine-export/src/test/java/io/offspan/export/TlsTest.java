package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.SpanStore;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.send.Certificates;
import io.offspan.export.send.DestinationException;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.TestKeys;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are made when the test runs, by the JDK's keytool. */
class TlsTest {
    @TempDir
    static Path temporary;

    private static SpanStore store;
    private static TestKeys keys;

    @BeforeAll
    static void fill() throws Exception {
        store = TestSpans.open(temporary.resolve("store"));
        TestSpans.append(store, 1, 5);
        keys = TestKeys.make(temporary);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static Path file(String name) {
        return temporary.resolve(name);
    }

    @Test
    void aTrustedCertificateIsTaken() throws Exception {
        assertThat(export("ok", new Certificates(keys.certificate(), null, null), false, "localhost")
                        .state())
                .isEqualTo(State.IDLE);
    }

    @Test
    void anUntrustedCertificatePausesAndNamesTheRemedy() throws Exception {
        ExportStatus status = export("untrusted", null, false, "localhost");
        assertThat(status.state()).isEqualTo(State.PAUSED);
        assertThat(status.reason()).contains("OTEL_EXPORTER_OTLP_CERTIFICATE");
    }

    @Test
    void aCertificateForAnotherNamePauses() throws Exception {
        assertThat(export("name", new Certificates(keys.certificate(), null, null), false, "127.0.0.1")
                        .state())
                .isEqualTo(State.PAUSED);
    }

    @Test
    void aReceiverThatAsksForACertificateGetsIt() throws Exception {
        Certificates certificates = new Certificates(keys.certificate(), keys.certificate(), keys.key());
        assertThat(export("mutual", certificates, true, "localhost").state()).isEqualTo(State.IDLE);
        assertThat(export("mutual-none", new Certificates(keys.certificate(), null, null), true, "localhost")
                        .spans())
                .isZero();
    }

    @Test
    void filesThatAreNoPemAreRefused() throws Exception {
        Files.writeString(file("empty.pem"), "");
        for (Certificates wrong : List.of(
                new Certificates(keys.binary(), null, null),
                new Certificates(file("empty.pem"), null, null),
                new Certificates(null, keys.certificate(), keys.certificate()))) {
            assertThatThrownBy(() -> export("wrong", wrong, false, "localhost"))
                    .isInstanceOf(DestinationException.class)
                    .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain(temporary.toString()));
        }
    }

    @Test
    void anExporterWhoseFilesAreGoneGoesOnWithTheConnectionsItHas(@TempDir Path directory) throws Exception {
        Path certificate = Files.copy(keys.certificate(), directory.resolve("rotated.pem"));
        try (SpanStore many = TestSpans.open(directory.resolve("many"));
                OtlpReceiver receiver = OtlpReceiver.start(keys.context(), false)) {
            TestSpans.append(many, 1, 200);
            ExportConfig config = ExportConfig.builder()
                    .endpoint(URI.create("https://localhost:" + receiver.port() + "/v1/traces"))
                    .certificates(new Certificates(certificate, null, null))
                    .adaptive(false)
                    .concurrentRequests(4)
                    .maxBatchBytes(2_000)
                    .build();
            try (ExportAgent agent = ExportAgent.open(many.reader(), many.directory(), config)) {
                Files.delete(certificate);
                assertThat(agent.drain(Duration.ofSeconds(60)))
                        .as("%s", agent.status())
                        .isTrue();
                assertThat(agent.status().spans()).isEqualTo(200);
            }
        }
    }

    private static ExportStatus export(String name, Certificates certificates, boolean mutual, String host)
            throws Exception {
        try (OtlpReceiver receiver = OtlpReceiver.start(keys.context(), mutual)) {
            ExportConfig.Builder config = ExportConfig.builder()
                    .endpoint(URI.create("https://" + host + ":" + receiver.port() + "/v1/traces"))
                    .checkpointName(name);
            if (certificates != null) {
                config.certificates(certificates);
            }
            try (ExportAgent agent = ExportAgent.open(store.reader(), store.directory(), config.build())) {
                agent.doWork();
                agent.doWork();
                return agent.status();
            }
        }
    }
}
