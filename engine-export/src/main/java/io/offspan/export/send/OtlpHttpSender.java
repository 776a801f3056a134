package io.offspan.export.send;

import io.offspan.export.pack.Choice;
import io.offspan.export.pack.Compression;
import io.offspan.export.pack.Effort;
import io.offspan.export.pack.Packer;
import io.offspan.export.pack.Packing;
import io.offspan.export.send.SendOutcome.Doubt;
import io.offspan.export.send.SendOutcome.Verdict;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request at a time as OTLP over HTTP/1.1, and says what the answer means. Follows no redirect.
 *
 * <p>The deadline holds for everything: connecting, sending, the answer's headers and its body.
 *
 * <p>Goes through the proxy that the JVM's {@link java.net.ProxySelector} names for the address.
 *
 * <p><b>Threads.</b> {@link #send} one, which makes the call itself. <b>Owns</b> an HTTP client and a daemon thread for it.
 */
public final class OtlpHttpSender implements OtlpSender {
    private static final Set<Integer> RETRYABLE = Set.of(429, 502, 503, 504);
    private static final Set<Integer> PAUSING = Set.of(401, 403, 404, 405, 407, 415, 501);

    private static final int GATEWAY_TIMEOUT = 504;

    /** With which receivers refuse a body that they cannot unpack, or a wrong one. */
    private static final Set<Integer> UNPACKING = Set.of(400, 415, 501);

    private final Destination destination;
    private final Packing packing;
    private final Duration timeout;
    private final LongSupplier epochMillis;
    private final ExecutorService threads;
    private final HttpClient client;
    private volatile @Nullable CompletableFuture<?> underWay;
    private volatile boolean closed;

    /** A whole answer. */
    private record Answer(int code, HttpHeaders headers, LimitedBody.Content content) {}

    /**
     * Prepares to send.
     *
     * @param timeout the most time for one request and its answer
     * @param epochMillis the wall clock, against which dates in answers are read
     * @throws DestinationException when the certificates cannot be used
     */
    public OtlpHttpSender(Destination destination, Choice compression, Duration timeout, LongSupplier epochMillis) {
        this.destination = destination;
        packing = new Packing(compression, System::nanoTime);
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

    @Override
    public SendOutcome send(byte[] request, int length) {
        Packer body = packing.pack(request, length);
        long start = System.nanoTime();
        SendOutcome outcome = post(body);
        if (outcome.verdict() == Verdict.ACCEPTED) {
            packing.taken(body, System.nanoTime() - start);
        }
        Packer other = outcome.doubt() == Doubt.PACKING ? packing.instead(body, request, length) : null;
        if (other == null) {
            return outcome;
        }
        SendOutcome again = post(other);
        if (again.verdict() == Verdict.ACCEPTED) {
            packing.exclude(body, other);
        }
        return again.after(outcome);
    }

    private SendOutcome post(Packer packed) {
        CountedBody body = new CountedBody(HttpRequest.BodyPublishers.ofByteArray(packed.bytes(), 0, packed.length()));
        HttpRequest.Builder builder = HttpRequest.newBuilder(destination.uri()).POST(body);
        builder.setHeader("user-agent", BrokenRequest.USER_AGENT);
        destination.headers().values().forEach(builder::setHeader);
        builder.setHeader("content-type", "application/x-protobuf");
        if (packed.compression() != Compression.NONE) {
            builder.setHeader("content-encoding", packed.compression().word());
        }
        return exchange(builder.build(), body);
    }

    @Override
    public void effort(Effort most) {
        packing.effort(most);
    }

    private SendOutcome exchange(HttpRequest request, CountedBody body) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        // What it returns is completed by the JVM's common pool, which a host may keep busy; the body is not.
        CompletableFuture<?> call;
        try {
            call = client.sendAsync(request, head -> {
                LimitedBody content = new LimitedBody();
                content.getBody().whenComplete((read, broken) -> {
                    if (broken == null) {
                        answer.complete(new Answer(head.statusCode(), head.headers(), read));
                    }
                });
                return content;
            });
        } catch (RejectedExecutionException noThreads) {
            if (!closed) {
                throw noThreads;
            }
            return brokenOff(body);
        }
        call.whenComplete((response, broken) -> {
            if (broken != null) {
                answer.completeExceptionally(broken);
            }
        });
        underWay = call;
        try {
            if (closed) {
                call.cancel(true);
            }
            return judge(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS), body.sentBytes());
        } catch (TimeoutException slow) {
            call.cancel(true);
            int sentBytes = body.sentBytes();
            return SendOutcome.failed(
                            Verdict.RETRY, "no complete answer from " + destination + " within " + timeout, sentBytes)
                    .doubting(sentBytes > 0 ? Doubt.SIZE : Doubt.NONE);
        } catch (ExecutionException broken) {
            if (broken.getCause() instanceof CancellationException) {
                return brokenOff(body);
            }
            return BrokenRequest.judge(
                    destination, broken.getCause() == null ? broken : broken.getCause(), body.sentBytes());
        } catch (CancellationException stopped) {
            return brokenOff(body);
        } catch (InterruptedException interrupted) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            return SendOutcome.failed(Verdict.RETRY, "the sending thread was interrupted", body.sentBytes());
        } finally {
            underWay = null;
        }
    }

    private static SendOutcome brokenOff(CountedBody body) {
        return SendOutcome.failed(Verdict.RETRY, "the request was broken off by close", body.sentBytes());
    }

    private SendOutcome judge(Answer response, int wireBytes) {
        int code = response.code();
        AnswerBody body = AnswerBody.of(response.headers(), response.content());
        if (code >= 200 && code < 300) {
            return accepted(body, wireBytes);
        }
        String reason = code + " from " + destination + said(body);
        if (RETRYABLE.contains(code)) {
            long wait = response.headers()
                    .firstValue("retry-after")
                    .map(text -> RetryAfter.millis(text, epochMillis.getAsLong()))
                    .orElse(-1L);
            Doubt doubt = code == GATEWAY_TIMEOUT ? Doubt.SIZE : Doubt.NONE;
            return new SendOutcome(Verdict.RETRY, reason, 0, false, wait, wireBytes, doubt);
        }
        boolean pausing = code < 400 || PAUSING.contains(code);
        String remedy = pausing ? "; " + remedy(code) : "";
        return SendOutcome.failed(pausing ? Verdict.PAUSE : Verdict.REFUSED, reason + remedy, wireBytes)
                .doubting(UNPACKING.contains(code) ? Doubt.PACKING : Doubt.NONE);
    }

    private SendOutcome accepted(AnswerBody body, int wireBytes) {
        PartialSuccess partial = body.partialSuccess();
        if (partial == null) {
            return new SendOutcome(
                    Verdict.ACCEPTED, "accepted, with an answer that is not OTLP", 0, true, -1, wireBytes, Doubt.NONE);
        }
        String reason = destination.redaction().apply(partial.message());
        return new SendOutcome(Verdict.ACCEPTED, reason, partial.rejectedSpans(), false, -1, wireBytes, Doubt.NONE);
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
                "the receiver takes no OTLP as protobuf, or not as it is compressed: try "
                        + destination.nameOf(Setting.COMPRESSION) + " with none";
            case 404, 405, 501 -> "check the path of " + endpoint + "; OTLP over HTTP ends in /v1/traces";
            default -> "redirects are not followed: give " + endpoint + " the final address";
        };
    }

    @Override
    public void close() {
        closed = true;
        CompletableFuture<?> open = underWay;
        if (open != null) {
            open.cancel(true);
        }
        threads.shutdown();
        packing.close();
    }
}
