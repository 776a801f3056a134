package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.SpanStore;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.send.Certificates;
import io.offspan.export.send.DestinationException;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates are made when the test runs, by the JDK's keytool. */
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path temporary;

    private static SpanStore store;
    private static KeyStore server;
    private static KeyStore client;

    @BeforeAll
    static void fill() throws Exception {
        store = TestSpans.open(temporary.resolve("store"));
        TestSpans.append(store, 1, 5);
        server = make("server", "SAN=dns:localhost");
        client = server; // Making keys starts a JVM each time, and nothing here depends on two of them.
        pem("server.pem", "CERTIFICATE", server.getCertificate("it").getEncoded());
        pem("client.pem", "CERTIFICATE", client.getCertificate("it").getEncoded());
        Key key = client.getKey("it", PASSWORD);
        pem("client.key", "PRIVATE KEY", key.getEncoded());
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static KeyStore make(String name, String extension) throws Exception {
        Path file = temporary.resolve(name + ".p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        extension,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve(name + ".log").toFile())
                .start();
        assertThat(process.waitFor()).as(() -> read(name + ".log")).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static String read(String name) {
        try {
            return Files.readString(temporary.resolve(name));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void pem(String name, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder().encodeToString(der);
        Files.writeString(
                temporary.resolve(name), "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }

    private static SSLContext context() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(server, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        Certificate certificate = client.getCertificate("it");
        trusted.setCertificateEntry("client", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Path file(String name) {
        return temporary.resolve(name);
    }

    @Test
    void aTrustedCertificateIsTaken() throws Exception {
        assertThat(export("ok", new Certificates(file("server.pem"), null, null), false, "localhost")
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
        assertThat(export("name", new Certificates(file("server.pem"), null, null), false, "127.0.0.1")
                        .state())
                .isEqualTo(State.PAUSED);
    }

    @Test
    void aReceiverThatAsksForACertificateGetsIt() throws Exception {
        Certificates certificates = new Certificates(file("server.pem"), file("client.pem"), file("client.key"));
        assertThat(export("mutual", certificates, true, "localhost").state()).isEqualTo(State.IDLE);
        assertThat(export("mutual-none", new Certificates(file("server.pem"), null, null), true, "localhost")
                        .spans())
                .isZero();
    }

    @Test
    void filesThatAreNoPemAreRefused() throws Exception {
        Files.writeString(file("empty.pem"), "");
        for (Certificates wrong : List.of(
                new Certificates(file("server.p12"), null, null),
                new Certificates(file("empty.pem"), null, null),
                new Certificates(null, file("client.pem"), file("server.pem")))) {
            assertThatThrownBy(() -> export("wrong", wrong, false, "localhost"))
                    .isInstanceOf(DestinationException.class)
                    .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain(temporary.toString()));
        }
    }

    private static ExportStatus export(String name, Certificates certificates, boolean mutual, String host)
            throws Exception {
        try (OtlpReceiver receiver = OtlpReceiver.start(context(), mutual)) {
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
