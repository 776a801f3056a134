package io.offspan.testkit.receiver;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/** A call of gRPC over HTTP/2. */
final class GrpcExchange extends Exchange {
    private static final int PREFIX_BYTES = 5;
    /** What receivers mean by a code of HTTP in a status of gRPC. */
    private static final Map<Integer, Integer> STATUSES = Map.ofEntries(
            Map.entry(400, 3),
            Map.entry(401, 16),
            Map.entry(403, 7),
            Map.entry(404, 12),
            Map.entry(413, 8),
            Map.entry(415, 12),
            Map.entry(429, 8),
            Map.entry(500, 13),
            Map.entry(502, 15),
            Map.entry(503, 14),
            Map.entry(504, 4));

    private static final int UNKNOWN = 2;

    private final Http2Connection connection;
    private final Http2Connection.Call call;
    private boolean compressed;
    private boolean dripping;

    GrpcExchange(Socket socket, Http2Connection connection, Http2Connection.Call call, Listener listener) {
        super(socket, call.method, call.path, call.headers, listener);
        this.connection = connection;
        this.call = call;
    }

    @Override
    public boolean isGrpc() {
        return true;
    }

    @Override
    byte[] body() throws IOException {
        connection.awaitBody(call);
        byte[] data = call.data.toByteArray();
        int length = data.length < PREFIX_BYTES
                ? -1
                : ByteBuffer.wrap(data, 1, Integer.BYTES).getInt();
        if (length != data.length - PREFIX_BYTES) {
            throw new IOException("A call of " + data.length + " bytes announces a message of " + length);
        }
        compressed = data[0] == 1;
        return Arrays.copyOfRange(data, PREFIX_BYTES, data.length);
    }

    @Override
    String encoding() {
        return compressed ? headers().getOrDefault("grpc-encoding", "missing") : "identity";
    }

    @Override
    void writeAnswer(int code, byte[] body, String... named) throws IOException {
        if (code / 100 == 2) {
            begin(code, body.length);
            part(body);
            connection.head(call.stream, true, "grpc-status", "0");
        } else if (code / 100 == 3) {
            String[] all = Arrays.copyOf(new String[] {":status", String.valueOf(code)}, named.length + 2);
            for (int i = 0; i < named.length; i++) {
                all[i + 2] = i % 2 == 0 ? named[i].toLowerCase(Locale.ROOT) : named[i];
            }
            connection.head(call.stream, true, all);
        } else {
            long millis = retryMillis(named);
            // Too many are welcome later, which gRPC says by the details only.
            refuse(
                    STATUSES.getOrDefault(code, code < 100 ? code : UNKNOWN),
                    new String(body, StandardCharsets.UTF_8),
                    code == 429 ? Math.max(1, millis) : millis);
        }
        connection.done(call);
    }

    /** Refuses with a status, a message, and how long to wait; -1 for nothing said. */
    private void refuse(int status, String message, long retryMillis) throws IOException {
        StringBuilder encoded = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            encoded.append(b >= ' ' && b <= '~' && b != '%' ? String.valueOf((char) b) : String.format("%%%02X", b));
        }
        String[] trailers = {
            ":status",
            "200",
            "content-type",
            "application/grpc",
            "grpc-status",
            String.valueOf(status),
            "grpc-message",
            encoded.toString()
        };
        if (retryMillis >= 0) {
            trailers = Arrays.copyOf(trailers, trailers.length + 2);
            trailers[trailers.length - 2] = "grpc-status-details-bin";
            trailers[trailers.length - 1] =
                    Base64.getEncoder().withoutPadding().encodeToString(details(status, retryMillis));
        }
        connection.head(call.stream, true, trailers);
    }

    /** Returns a google.rpc.Status with a RetryInfo; neither message has a class here. */
    private static byte[] details(int status, long retryMillis) {
        Duration delay = Duration.newBuilder()
                .setSeconds(retryMillis / 1000)
                .setNanos((int) (retryMillis % 1000) * 1_000_000)
                .build();
        byte[] retryInfo = field(1, delay.toByteArray());
        Any any = Any.newBuilder()
                .setTypeUrl("type.googleapis.com/google.rpc.RetryInfo")
                .setValue(ByteString.copyFrom(retryInfo))
                .build();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(1 << 3);
        whole.write(status);
        whole.writeBytes(field(3, any.toByteArray()));
        return whole.toByteArray();
    }

    private static byte[] field(int number, byte[] content) {
        if (content.length > 0x7f) {
            throw new IllegalArgumentException("A field of " + content.length + " bytes has a longer length");
        }
        return ByteBuffer.allocate(2 + content.length)
                .put((byte) (number << 3 | 2))
                .put((byte) content.length)
                .put(content)
                .array();
    }

    private static long retryMillis(String... named) {
        for (int i = 0; i < named.length; i += 2) {
            if (named[i].equalsIgnoreCase("retry-after")) {
                return millis(named[i + 1]);
            }
        }
        return -1;
    }

    private static long millis(String after) {
        if (after.chars().allMatch(Character::isDigit)) {
            return 1000 * Long.parseLong(after);
        }
        try {
            long at = ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toEpochMilli();
            return Math.max(0, at - System.currentTimeMillis());
        } catch (DateTimeException nothing) {
            return -1;
        }
    }

    @Override
    void begin(int code, int length) throws IOException {
        connection.head(call.stream, false, ":status", "200", "content-type", "application/grpc");
        connection.body(
                call.stream,
                ByteBuffer.allocate(PREFIX_BYTES)
                        .put((byte) 0)
                        .putInt(length < 0 ? Integer.MAX_VALUE : length)
                        .array());
    }

    @Override
    void part(byte[] bytes) throws IOException {
        connection.body(call.stream, bytes);
    }

    @Override
    void drip() throws IOException {
        if (!dripping) {
            begin(200, -1);
        }
        dripping = true;
        part(new byte[1]);
    }

    @Override
    public void awaitEnd() throws IOException {
        connection.awaitReset(call);
    }
}
