package io.offspan.testkit.receiver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and a certificate for {@code localhost}, made when a test runs by the JDK's keytool, which starts a JVM: for the receiver, and for
 * the client, too, since nothing depends on two of them.
 */
public final class TestKeys {
    private static final String ALIAS = "it";
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final KeyStore store;
    private final Path directory;

    private TestKeys(KeyStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /** Makes them, and their files in a directory. */
    public static TestKeys make(Path directory) throws IOException, GeneralSecurityException, InterruptedException {
        Path file = directory.resolve("keys.p12");
        Path log = directory.resolve("keytool.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "SAN=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool has failed: " + Files.readString(log));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        TestKeys keys = new TestKeys(store, directory);
        pem(keys.certificate(), "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
        pem(keys.key(), "PRIVATE KEY", store.getKey(ALIAS, PASSWORD).getEncoded());
        return keys;
    }

    private static void pem(Path file, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder().encodeToString(der);
        Files.writeString(file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }

    /** Returns the PEM file of the certificate. */
    public Path certificate() {
        return directory.resolve("certificate.pem");
    }

    /** Returns the PEM file of its key. */
    public Path key() {
        return directory.resolve("key.pem");
    }

    /** Returns the file in which nothing is PEM. */
    public Path binary() {
        return directory.resolve("keys.p12");
    }

    /** Returns what a receiver identifies itself with, and whom it trusts where clients have to. */
    public SSLContext context() throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("client", store.getCertificate(ALIAS));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
