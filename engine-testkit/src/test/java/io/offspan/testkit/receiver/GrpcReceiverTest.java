package io.offspan.testkit.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Frames of HTTP/2 written and read by hand: what a client of gRPC must be able to rely on. */
class GrpcReceiverTest {
    /** Indexed: method POST, scheme http, path /; then content-type as a literal. */
    private static final byte[] HEAD = {
        (byte) 0x83,
        (byte) 0x86,
        (byte) 0x84,
        0x41,
        1,
        'h',
        0x0f,
        0x10,
        16,
        'a',
        'p',
        'p',
        'l',
        'i',
        'c',
        'a',
        't',
        'i',
        'o',
        'n',
        '/',
        'g',
        'r',
        'p',
        'c'
    };

    @Test
    void takesACallAndAnswersItWithHeadersAMessageAndTrailers() throws IOException {
        try (OtlpReceiver receiver = OtlpReceiver.start();
                Socket client = new Socket("localhost", receiver.port())) {
            call(client.getOutputStream(), message());
            DataInputStream in = new DataInputStream(client.getInputStream());
            assertThat(until(in, 1)).contains(":status", "200", "application/grpc");
            assertThat(until(in, 0)).isEqualTo("\0\0\0\0\0");
            assertThat(until(in, 1)).contains("grpc-status").endsWith("0");
            assertThat(receiver.accepted()).hasSize(1);
            assertThat(receiver.received().get(0).headers()).containsEntry("content-type", "application/grpc");
        }
    }

    @Test
    void translatesCodesAndWaitsIntoStatusesAndDetails() throws IOException {
        try (OtlpReceiver receiver = OtlpReceiver.start();
                Socket client = new Socket("localhost", receiver.port())) {
            receiver.then(Reply.answer(429, "slow ä".getBytes(StandardCharsets.UTF_8), "Retry-After", "7"));
            call(client.getOutputStream(), message());
            DataInputStream in = new DataInputStream(client.getInputStream());
            assertThat(until(in, 1))
                    .contains("grpc-status\u00018", "slow %C3%A4", "grpc-status-details-bin")
                    .as("status 8 with a RetryInfo of 7 seconds, in base64")
                    .contains("CAgaMAoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxIECgIIBw");
            assertThat(receiver.accepted()).isEmpty();
        }
    }

    private static byte[] message() {
        return ExportTraceServiceRequest.getDefaultInstance().toByteArray();
    }

    private static void call(OutputStream out, byte[] message) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(frame(4, 0, 0, new byte[0]));
        all.writeBytes(frame(1, 4, 1, HEAD));
        all.writeBytes(frame(
                0,
                1,
                1,
                ByteBuffer.allocate(5 + message.length)
                        .put((byte) 0)
                        .putInt(message.length)
                        .put(message)
                        .array()));
        out.write(all.toByteArray());
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) 0)
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** Reads frames until one of a type, and returns its payload. */
    private static String until(DataInputStream in, int type) throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int found = in.readUnsignedByte();
            in.readUnsignedByte();
            in.readInt();
            byte[] payload = in.readNBytes(length);
            if (found == type) {
                return new String(payload, StandardCharsets.ISO_8859_1);
            }
        }
    }
}
