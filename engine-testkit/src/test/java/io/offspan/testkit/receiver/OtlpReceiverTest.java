package io.offspan.testkit.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpReceiverTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private OtlpReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = OtlpReceiver.start();
    }

    @AfterEach
    void close() throws IOException {
        receiver.close();
    }

    @Test
    void acceptsAndKeepsWhatItRead() throws Exception {
        assertThat(send(1, 2).statusCode()).isEqualTo(200);
        assertThat(send(3).statusCode()).isEqualTo(200);
        assertThat(receiver.ids()).containsExactly(1L, 2L, 3L);
        assertThat(receiver.received()).extracting(Received::path).containsOnly("/v1/traces");
        assertThat(receiver.take()).isEqualTo(3);
        assertThat(receiver.take()).isZero();
        assertThat(receiver.visitors()).isEqualTo(1);
    }

    @Test
    void unpacksGzipAndChunks() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(request(7));
        }
        byte[] body = packed.toByteArray();
        send(BodyPublishers.ofByteArray(body), "Content-Encoding", "gzip");
        send(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), "Content-Encoding", "gzip");
        assertThat(receiver.ids()).containsExactly(7L, 7L);
        assertThat(receiver.received().get(1).headers()).containsEntry("transfer-encoding", "chunked");
        assertThat(receiver.received()).extracting(Received::bodyBytes).containsOnly(body.length);
    }

    @Test
    void givesThePlannedAnswersBeforeTheUsualOne() throws Exception {
        receiver.usually(Reply.answer(503)).then(Reply.answer(429, "Retry-After", "3"), Reply.partial(1, "too old"));
        HttpResponse<byte[]> first = send(1);
        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(first.headers().firstValue("retry-after")).contains("3");
        assertThat(receiver.planned()).isEqualTo(1);
        assertThat(ExportTraceServiceResponse.parseFrom(send(2).body())
                        .getPartialSuccess()
                        .getErrorMessage())
                .isEqualTo("too old");
        assertThat(send(3).statusCode()).isEqualTo(503);
        assertThat(receiver.accepted()).extracting(Received::ids).containsExactly(List.of(2L));
    }

    @Test
    void choosesByTheRequest() throws Exception {
        receiver.usually(Reply.choose(request -> request.ids().contains(4L) ? Reply.answer(400) : Reply.ok()));
        assertThat(send(4).statusCode()).isEqualTo(400);
        assertThat(send(5).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reset",
                "reset before the body",
                "half",
                "silent body",
                "silence",
                "trickle",
                "endless",
                "babble"
            })
    void whatIsNoAnswerFailsAtTheClient(String misdeed) throws Exception {
        receiver.then(
                switch (misdeed) {
                    case "reset" -> Reply.reset();
                    case "reset before the body" -> Reply.resetBeforeTheBody();
                    case "half" -> Reply.half();
                    case "silent body" -> Reply.silentBody();
                    case "silence" -> Reply.silence();
                    case "trickle" -> Reply.trickle();
                    case "endless" -> Reply.endless(200);
                    default -> Reply.babble("SSH-2.0-nothing");
                });
        CountDownLatch ended = new CountDownLatch(1);
        receiver.afterConnection(socket -> ended.countDown());
        if (misdeed.equals("endless")) {
            try (var body = client.send(
                            HttpRequest.newBuilder(receiver.endpoint())
                                    .POST(BodyPublishers.ofByteArray(request(1)))
                                    .build(),
                            BodyHandlers.ofInputStream())
                    .body()) {
                assertThat(body.readNBytes(1 << 20)).hasSize(1 << 20);
            }
        } else {
            var answer = client.sendAsync(
                    HttpRequest.newBuilder(receiver.endpoint())
                            .POST(BodyPublishers.ofByteArray(request(1)))
                            .build(),
                    BodyHandlers.ofByteArray());
            while (receiver.received().isEmpty() && !answer.isDone()) {
                Thread.onSpinWait();
            }
            receiver.settle();
            assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        }
        assertThat(receiver.accepted()).isEmpty();
        receiver.settle();
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void comesBackOnTheSamePort() throws Exception {
        receiver.stop();
        assertThatThrownBy(() -> send(1)).isInstanceOf(IOException.class);
        receiver.resume();
        assertThat(send(2).statusCode()).isEqualTo(200);
        assertThat(receiver.ids()).containsExactly(2L);
    }

    @Test
    void waitsForItsPortWhenAnotherHasItForTheMoment() throws Exception {
        CountDownLatch back = new CountDownLatch(1);
        try (ServerSocket other = inThePlaceOfTheReceiver()) {
            Thread waiting = new Thread(() -> {
                try {
                    receiver.resume();
                    back.countDown();
                } catch (IOException taken) {
                    throw new UncheckedIOException(taken);
                }
            });
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING && waiting.isAlive()) {
                Thread.onSpinWait();
            }
            assertThat(back.getCount()).as("back while %s has the port", other).isEqualTo(1);
        }
        assertThat(back.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(send(1).statusCode()).isEqualTo(200);
    }

    /** Stops a receiver and takes its port; where a connection of others was given it meanwhile, another receiver is tried. */
    private ServerSocket inThePlaceOfTheReceiver() throws IOException {
        while (true) {
            receiver.stop();
            try {
                return new ServerSocket(receiver.port(), 1, InetAddress.getLoopbackAddress());
            } catch (BindException taken) {
                receiver = OtlpReceiver.start();
            }
        }
    }

    @Test
    void aForgetfulOneKeepsNothing() throws Exception {
        receiver.forgetful();
        assertThat(send(1).statusCode()).isEqualTo(200);
        assertThat(receiver.received()).isEmpty();
        assertThat(receiver.spans()).isZero();
    }

    private HttpResponse<byte[]> send(long... ids) throws Exception {
        return send(BodyPublishers.ofByteArray(request(ids)), "Content-Type", "application/x-protobuf");
    }

    private HttpResponse<byte[]> send(BodyPublisher body, String... headers) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(receiver.endpoint())
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(30))
                .headers(headers)
                .POST(body)
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private static byte[] request(long... ids) {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (long id : ids) {
            request.addResourceSpansBuilder()
                    .addScopeSpansBuilder()
                    .addSpansBuilder()
                    .setSpanId(ByteString.copyFrom(
                            java.nio.ByteBuffer.allocate(8).putLong(id).array()));
        }
        return request.build().toByteArray();
    }
}
