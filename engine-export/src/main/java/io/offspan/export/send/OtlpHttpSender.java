package io.offspan.export.send;

import io.offspan.export.send.SendOutcome.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request at a time as OTLP over HTTP/1.1, and says what the answer means. Follows no redirect.
 *
 * <p>The deadline holds for everything: connecting, sending, the answer's headers and its body.
 *
 * <p><b>Threads.</b> {@link #send} one, which makes the call itself; {@link #close} any, which ends a request under way. <b>Owns</b> an
 * HTTP client and a daemon thread for it.
 *
 * <p><b>Fails</b> never for what the other side does: that is a {@link SendOutcome}.
 */
public final class OtlpHttpSender implements AutoCloseable {
    private static final Set<Integer> RETRYABLE = Set.of(429, 502, 503, 504);
    private static final Set<Integer> PAUSING = Set.of(401, 403, 404, 405, 407, 415, 501);

    /** The exporter, its version and its language, as the specification of OTLP exporters wants it. */
    private static final String USER_AGENT =
            "Offspan-OTLP-Exporter/" + version() + " (Java " + System.getProperty("java.version") + ")";

    private final Destination destination;
    private final boolean gzip;
    private final Duration timeout;
    private final LongSupplier epochMillis;
    private final ExecutorService threads;
    private final HttpClient client;
    private final Body compressed = new Body();
    private volatile @Nullable CompletableFuture<?> underWay;
    private volatile boolean closed;

    /** A byte array that grows and is used again. */
    private static final class Body extends ByteArrayOutputStream {
        Body() {
            super(16 * 1024);
        }

        HttpRequest.BodyPublisher publisher() {
            return HttpRequest.BodyPublishers.ofByteArray(buf, 0, count);
        }
    }

    /**
     * Prepares to send.
     *
     * @param timeout the most time for one request and its answer
     * @param epochMillis the wall clock, against which dates in answers are read
     * @throws DestinationException when the certificates cannot be used
     */
    public OtlpHttpSender(Destination destination, boolean gzip, Duration timeout, LongSupplier epochMillis) {
        this.destination = destination;
        this.gzip = gzip;
        this.timeout = timeout;
        this.epochMillis = epochMillis;
        Certificates certificates = destination.certificates();
        threads = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "offspan-export-http");
            thread.setDaemon(true);
            return thread;
        });
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .executor(threads);
        try {
            client = (certificates == null ? builder : builder.sslContext(certificates.context())).build();
        } catch (RuntimeException refused) {
            threads.shutdown();
            throw refused;
        }
    }

    private static String version() {
        String version = OtlpHttpSender.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    /** Sends an encoded request and waits for the answer. */
    public SendOutcome send(byte[] request, int length) {
        HttpRequest.BodyPublisher body;
        if (gzip) {
            compress(request, length);
            body = compressed.publisher();
        } else {
            body = HttpRequest.BodyPublishers.ofByteArray(request, 0, length);
        }
        CountedBody counted = new CountedBody(body);
        HttpRequest.Builder builder = HttpRequest.newBuilder(destination.uri()).POST(counted);
        builder.setHeader("user-agent", USER_AGENT);
        destination.headers().values().forEach(builder::setHeader);
        builder.setHeader("content-type", "application/x-protobuf");
        if (gzip) {
            builder.setHeader("content-encoding", "gzip");
        }
        return exchange(builder.build(), counted);
    }

    private void compress(byte[] request, int length) {
        compressed.reset();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(request, 0, length);
        } catch (IOException impossible) {
            throw new IllegalStateException("An array refused bytes", impossible);
        }
    }

    private SendOutcome exchange(HttpRequest request, CountedBody body) {
        CompletableFuture<HttpResponse<LimitedBody.Content>> answer =
                client.sendAsync(request, head -> new LimitedBody());
        underWay = answer;
        try {
            if (closed) {
                answer.cancel(true);
            }
            return judge(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS), body.sentBytes());
        } catch (TimeoutException slow) {
            answer.cancel(true);
            return SendOutcome.failed(
                    Verdict.RETRY, "no complete answer from " + destination + " within " + timeout, body.sentBytes());
        } catch (ExecutionException broken) {
            return judge(broken.getCause() == null ? broken : broken.getCause(), body.sentBytes());
        } catch (CancellationException stopped) {
            return SendOutcome.failed(Verdict.RETRY, "the request was broken off by close", body.sentBytes());
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return SendOutcome.failed(Verdict.RETRY, "the sending thread was interrupted", body.sentBytes());
        } finally {
            underWay = null;
        }
    }

    private SendOutcome judge(Throwable broken, int wireBytes) {
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
        boolean connect = broken instanceof ConnectException;
        return SendOutcome.failed(
                Verdict.RETRY,
                (connect ? "cannot connect to " : "no answer from ") + destination + " (" + what + ")",
                wireBytes);
    }

    private SendOutcome judge(HttpResponse<LimitedBody.Content> response, int wireBytes) {
        int code = response.statusCode();
        AnswerBody body = AnswerBody.of(response.headers(), response.body());
        if (code >= 200 && code < 300) {
            return accepted(body, wireBytes);
        }
        String reason = code + " from " + destination + said(body);
        if (RETRYABLE.contains(code)) {
            long wait = response.headers()
                    .firstValue("retry-after")
                    .map(text -> RetryAfter.millis(text, epochMillis.getAsLong()))
                    .orElse(-1L);
            return new SendOutcome(Verdict.RETRY, reason, 0, false, wait, wireBytes);
        }
        boolean pausing = code < 400 || PAUSING.contains(code);
        String remedy = pausing ? "; " + remedy(code) : "";
        return SendOutcome.failed(pausing ? Verdict.PAUSE : Verdict.REFUSED, reason + remedy, wireBytes);
    }

    private SendOutcome accepted(AnswerBody body, int wireBytes) {
        PartialSuccess partial = body.partialSuccess();
        if (partial == null) {
            return new SendOutcome(
                    Verdict.ACCEPTED, "accepted, with an answer that is not OTLP", 0, true, -1, wireBytes);
        }
        String reason = destination.redaction().apply(partial.message());
        return new SendOutcome(Verdict.ACCEPTED, reason, partial.rejectedSpans(), false, -1, wireBytes);
    }

    private String said(AnswerBody body) {
        String words = body.words();
        return words.isEmpty() ? "" : ": " + destination.redaction().apply(words);
    }

    private String remedy(int code) {
        String endpoint = destination.nameOf(Setting.ENDPOINT);
        return switch (code) {
            case 401, 403, 407 -> "check the credentials in " + destination.nameOf(Setting.HEADERS);
            case 415 ->
                "the receiver takes no OTLP as protobuf, or no gzip: try " + destination.nameOf(Setting.COMPRESSION)
                        + " with none";
            case 404, 405, 501 -> "check the path of " + endpoint + "; OTLP over HTTP ends in /v1/traces";
            default -> "redirects are not followed: give " + endpoint + " the final address";
        };
    }

    /** Ends a request under way, which is then answered with {@link Verdict#RETRY}; later ones end at once. */
    @Override
    public void close() {
        closed = true;
        CompletableFuture<?> open = underWay;
        if (open != null) {
            open.cancel(true);
        }
        threads.shutdown();
    }
}
