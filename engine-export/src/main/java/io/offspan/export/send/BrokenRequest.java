package io.offspan.export.send;

import io.offspan.export.send.SendOutcome.Verdict;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What the senders of all protocols have in common: what a connection that breaks means, and by what name they go. */
final class BrokenRequest {
    /** The exporter, its version and its language, as the specification of OTLP exporters wants it. */
    static final String USER_AGENT =
            "Offspan-OTLP-Exporter/" + version() + " (Java " + System.getProperty("java.version") + ")";

    private BrokenRequest() {}

    private static String version() {
        String version = BrokenRequest.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    /** Returns what it means for the spans that there was no answer. */
    static SendOutcome judge(Destination destination, Throwable broken, int wireBytes) {
        boolean handshake = broken instanceof SSLHandshakeException || broken instanceof SSLPeerUnverifiedException;
        String text = broken.getMessage() == null
                ? ""
                : ": " + destination.redaction().apply(broken.getMessage());
        String what = broken.getClass().getSimpleName() + text;
        if (handshake) {
            return SendOutcome.failed(
                    Verdict.PAUSE,
                    destination + " offers no TLS connection that we trust (" + what
                            + "); check its certificate and name, or give its authority by "
                            + destination.nameOf(Setting.CERTIFICATE),
                    wireBytes);
        }
        boolean connect = broken instanceof ConnectException || broken instanceof UnknownHostException;
        return SendOutcome.failed(
                Verdict.RETRY,
                (connect ? "cannot connect to " : "no answer from ") + destination + " (" + what + ")",
                connect ? 0 : wireBytes);
    }
}
