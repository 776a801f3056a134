package io.offspan.export.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.export.ExportStatus;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.send.Certificates;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.TestKeys;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls behind TLS, where HTTP/2 is agreed on by ALPN. */
class GrpcTlsTest {
    @TempDir
    static Path temporary;

    private static SpanStore store;
    private static TestKeys keys;

    @BeforeAll
    static void fill() throws Exception {
        store = GrpcDestination.store(temporary.resolve("store"), 5);
        keys = TestKeys.make(temporary);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, true"})
    void aTrustedReceiverIsTakenAndGetsOurCertificateWhereItAsksForOne(boolean mutual, boolean identified)
            throws Exception {
        Certificates certificates = new Certificates(
                keys.certificate(), identified ? keys.certificate() : null, identified ? keys.key() : null);
        ExportStatus status = export(certificates, mutual, "localhost");
        assertThat(status.state()).as(status.reason()).isEqualTo(State.IDLE);
        assertThat(status.spans()).isEqualTo(5);
    }

    @Test
    void oneThatAsksInVainGetsNothing() throws Exception {
        assertThat(export(new Certificates(keys.certificate(), null, null), true, "localhost")
                        .spans())
                .isZero();
    }

    @Test
    void oneThatIsNotTrustedPausesAndNamesTheRemedy() throws Exception {
        ExportStatus status = export(null, false, "localhost");
        assertThat(status.state()).as(status.reason()).isEqualTo(State.PAUSED);
        assertThat(status.reason()).contains("OTEL_EXPORTER_OTLP_CERTIFICATE");
    }

    @Test
    void oneOfAnotherNamePauses() throws Exception {
        ExportStatus status = export(new Certificates(keys.certificate(), null, null), false, "127.0.0.1");
        assertThat(status.state()).as(status.reason()).isEqualTo(State.PAUSED);
    }

    private static ExportStatus export(Certificates certificates, boolean mutual, String host) throws Exception {
        try (GrpcDestination to = new GrpcDestination(store, OtlpReceiver.start(keys.context(), mutual))) {
            to.config.endpoint(URI.create("https://" + host + ":" + to.receiver.port()));
            if (certificates != null) {
                to.config.certificates(certificates);
            }
            return to.run();
        }
    }
}
