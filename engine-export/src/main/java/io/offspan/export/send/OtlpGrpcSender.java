package io.offspan.export.send;

import io.offspan.export.pack.Choice;
import io.offspan.export.pack.Compression;
import io.offspan.export.pack.Effort;
import io.offspan.export.pack.Packer;
import io.offspan.export.pack.Packing;
import io.offspan.export.send.SendOutcome.Doubt;
import io.offspan.export.send.SendOutcome.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Sends one request at a time as OTLP over gRPC, and says what the answer means.
 *
 * <p>An encoded request is a message of gRPC already: it is passed on as it is, behind five bytes that say whether it is compressed and
 * how long it is.
 *
 * <p><b>Threads.</b> {@link #send} one. <b>Owns</b> its channel.
 */
public final class OtlpGrpcSender implements OtlpSender {
    private static final int PREFIX_BYTES = 5;

    private final Destination destination;
    private final Duration timeout;
    private final Packing packing;
    private final GrpcChannel channel;
    private volatile boolean closed;

    /**
     * Prepares to send.
     *
     * @param channels what opens the channel
     * @param timeout the most time for one request and its answer
     * @throws DestinationException when the certificates cannot be used, or the classes of the channel do not load
     */
    public OtlpGrpcSender(Destination destination, GrpcChannels channels, Choice compression, Duration timeout) {
        this.destination = destination;
        this.timeout = timeout;
        Certificates certificates = destination.certificates();
        try {
            channel = channels.open(destination.uri(), certificates == null ? null : certificates.context());
        } catch (LinkageError unusable) {
            throw GrpcChannels.doesNotLoad(unusable);
        }
        packing = new Packing(compression, System::nanoTime);
    }

    @Override
    public SendOutcome send(byte[] request, int length) {
        Packer body = packing.pack(request, length);
        long start = System.nanoTime();
        SendOutcome outcome = call(body);
        if (outcome.verdict() == Verdict.ACCEPTED) {
            packing.taken(body, System.nanoTime() - start);
        }
        Packer other = outcome.doubt() == Doubt.PACKING ? packing.instead(body, request, length) : null;
        if (other == null) {
            return outcome;
        }
        SendOutcome again = call(other);
        if (again.verdict() == Verdict.ACCEPTED) {
            packing.exclude(body, other);
        }
        return again.after(outcome);
    }

    private SendOutcome call(Packer body) {
        boolean packed = body.compression() != Compression.NONE;
        int wireBytes = PREFIX_BYTES + body.length();
        ByteBuffer prefix = ByteBuffer.allocate(PREFIX_BYTES);
        prefix.put((byte) (packed ? 1 : 0)).putInt(body.length()).flip();
        try {
            GrpcAnswer answer =
                    channel.call(headers(body), prefix, ByteBuffer.wrap(body.bytes(), 0, body.length()), timeout);
            return judge(answer, wireBytes);
        } catch (TimeoutException slow) {
            int sentBytes = channel.sending() ? wireBytes : 0;
            return SendOutcome.failed(
                            Verdict.RETRY, "no complete answer from " + destination + " within " + timeout, sentBytes)
                    .doubting(sentBytes > 0 ? Doubt.SIZE : Doubt.NONE);
        } catch (IOException broken) {
            return closed
                    ? SendOutcome.failed(Verdict.RETRY, "the request was broken off by close", wireBytes)
                    : BrokenRequest.judge(destination, broken, wireBytes);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return SendOutcome.failed(Verdict.RETRY, "the sending thread was interrupted", wireBytes);
        }
    }

    private Map<String, String> headers(Packer body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("user-agent", BrokenRequest.USER_AGENT);
        headers.putAll(destination.headers().values());
        headers.put("content-type", "application/grpc");
        headers.put("te", "trailers");
        headers.put("grpc-timeout", timeout.toMillis() + "m");
        if (body.compression() != Compression.NONE) {
            headers.put("grpc-encoding", body.compression().word());
        }
        return headers;
    }

    private SendOutcome judge(GrpcAnswer answer, int wireBytes) {
        GrpcStatus status = GrpcStatus.of(answer);
        Verdict verdict = status.verdict();
        if (verdict == Verdict.ACCEPTED) {
            return accepted(answer, wireBytes);
        }
        String words =
                status.message().isEmpty() ? "" : ": " + destination.redaction().apply(status.message());
        String reason = status.name() + " from " + destination + words;
        return switch (verdict) {
            case RETRY -> {
                Doubt doubt = status.code() == GrpcStatus.DEADLINE_EXCEEDED ? Doubt.SIZE : Doubt.NONE;
                yield new SendOutcome(Verdict.RETRY, reason, 0, false, status.retryMillis(), wireBytes, doubt);
            }
            case PAUSE ->
                SendOutcome.failed(Verdict.PAUSE, reason + "; " + remedy(status.code()), wireBytes)
                        .doubting(status.code() == GrpcStatus.UNIMPLEMENTED ? Doubt.PACKING : Doubt.NONE);
            default -> SendOutcome.failed(verdict, reason, wireBytes);
        };
    }

    private SendOutcome accepted(GrpcAnswer answer, int wireBytes) {
        byte[] message = answer.message();
        PartialSuccess partial = message == null ? null : PartialSuccess.read(message);
        if (partial == null) {
            return new SendOutcome(
                    Verdict.ACCEPTED, "accepted, with an answer that is not OTLP", 0, true, -1, wireBytes, Doubt.NONE);
        }
        String reason = destination.redaction().apply(partial.message());
        return new SendOutcome(Verdict.ACCEPTED, reason, partial.rejectedSpans(), false, -1, wireBytes, Doubt.NONE);
    }

    private String remedy(int code) {
        return code == GrpcStatus.UNIMPLEMENTED
                ? "check that " + destination.nameOf(Setting.ENDPOINT)
                        + " is a receiver of OTLP over gRPC, 4317 as a rule, and that it takes bodies as "
                        + destination.nameOf(Setting.COMPRESSION) + " has them"
                : "check the credentials in " + destination.nameOf(Setting.HEADERS);
    }

    @Override
    public void effort(Effort most) {
        packing.effort(most);
    }

    @Override
    public void close() {
        closed = true;
        channel.close();
        packing.close();
    }
}
