package io.offspan.export.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of a TLS connection: whom to trust instead of the JDK's authorities, and who we are. Paths print as {@code ***}.
 *
 * @param trusted certificates to trust, or null for those of the JDK
 * @param certificate our certificate chain, or null for none
 * @param key its private key in PKCS#8 form, or null for none
 */
public record Certificates(
        @Nullable Path trusted,
        @Nullable Path certificate,
        @Nullable Path key) {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = new char[0];

    /** Refuses a certificate without its key, and a key without its certificate. */
    public Certificates {
        if ((certificate == null) != (key == null)) {
            throw new DestinationException("A client certificate and its key belong together, but only the "
                    + (key == null ? "certificate" : "key")
                    + " is set; set the other one with OTEL_EXPORTER_OTLP_CLIENT_"
                    + (key == null ? "KEY" : "CERTIFICATE"));
        }
    }

    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManagerFactory trust = null;
            if (trusted != null) {
                trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store(read(trusted, "certificate")));
            }
            KeyManagerFactory keys = null;
            if (certificate != null && key != null) {
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(identity(read(certificate, "client certificate"), key), NO_PASSWORD);
            }
            context.init(
                    keys == null ? null : keys.getKeyManagers(), trust == null ? null : trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new DestinationException("The certificates of the endpoint cannot be used: "
                    + e.getClass().getSimpleName());
        }
    }

    private static KeyStore store(Collection<? extends Certificate> certificates)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate each : certificates) {
            store.setCertificateEntry("trusted-" + number++, each);
        }
        return store;
    }

    private static KeyStore identity(Collection<? extends Certificate> chain, Path key)
            throws GeneralSecurityException, IOException {
        KeyStore store = store(java.util.List.of());
        store.setKeyEntry("client", privateKey(key), NO_PASSWORD, chain.toArray(new Certificate[0]));
        return store;
    }

    private static Collection<? extends Certificate> read(Path file, String role) throws GeneralSecurityException {
        Collection<? extends Certificate> found;
        try {
            byte[] bytes = Files.readAllBytes(file);
            found = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw unreadable(role, e);
        }
        if (found.isEmpty()) {
            throw new DestinationException("The " + role + " file holds no certificate; it has to be PEM");
        }
        return found;
    }

    private static PrivateKey privateKey(Path file) throws GeneralSecurityException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw unreadable("client key", e);
        }
        Matcher matcher = PRIVATE_KEY.matcher(text);
        if (!matcher.find()) {
            throw new DestinationException(
                    "The client key file holds no unencrypted PKCS#8 key in PEM form ('BEGIN PRIVATE"
                            + " KEY'); convert it with 'openssl pkcs8 -topk8 -nocrypt'");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
        for (String algorithm : new String[] {"RSA", "EC", "EdDSA"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException other) {
                // The encoding names its algorithm; only the right factory takes it.
                continue;
            }
        }
        throw new DestinationException("The client key is of no kind that this JDK takes (RSA, EC, EdDSA)");
    }

    /** The message of an IOException has the path in it, which is not ours to print. */
    private static DestinationException unreadable(String role, IOException e) {
        return new DestinationException("The " + role + " file cannot be read ("
                + e.getClass().getSimpleName() + "); check the path in OTEL_EXPORTER_OTLP_… and its permissions");
    }

    @Override
    public String toString() {
        return "trusted=" + (trusted == null ? "JDK" : "***") + ", client=" + (key == null ? "none" : "***");
    }
}
