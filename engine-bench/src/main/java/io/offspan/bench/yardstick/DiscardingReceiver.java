package io.offspan.bench.yardstick;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * A receiver on loopback that says yes to everything and looks at nothing: over HTTP/1.1, and to calls of gRPC over HTTP/2, so that what
 * is measured is whoever sends.
 *
 * <p>Of HTTP/2 it knows what a client needs to go on: it grants windows, returns pings, and answers where a stream ends.
 *
 * <p><b>Threads.</b> Every connection has a daemon of its own.
 */
public final class DiscardingReceiver implements AutoCloseable {
    /** What the names of its threads begin with. */
    public static final String THREADS = "bench-receiver";

    private static final int BUFFER = 1 << 16;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] YES =
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_SIZE = 5;
    private static final int WINDOW_BYTES = 1 << 30;
    private static final int FRAME_BYTES = 1 << 20;
    /** {@code :status: 200} by its number, the type as a text behind the number of its name. */
    private static final byte[] BEGUN = header(new byte[] {(byte) 0x88, 0x0f, 0x10}, "", "application/grpc");

    private static final byte[] ENDED = header(new byte[] {0x00}, "grpc-status", "0");
    /** Not packed, and nothing in it. */
    private static final byte[] EMPTY_MESSAGE = new byte[5];

    private final ServerSocket server;
    private final LongAdder bytes = new LongAdder();

    private DiscardingReceiver(ServerSocket server) {
        this.server = server;
    }

    /** Starts one on a free port. */
    public static DiscardingReceiver start() throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        DiscardingReceiver receiver = new DiscardingReceiver(socket);
        daemon(receiver::accept);
        return receiver;
    }

    /** Returns the address without a path. */
    public String base() {
        return "http://localhost:" + server.getLocalPort();
    }

    /** Returns how many bytes of bodies have come so far, as they were sent. */
    public long bytes() {
        return bytes.sum();
    }

    private static byte[] header(byte[] begin, String name, String value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(begin);
        for (String text : name.isEmpty() ? new String[] {value} : new String[] {name, value}) {
            bytes.write(text.length());
            bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                daemon(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, THREADS);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
            OutputStream out = socket.getOutputStream();
            in.mark(2);
            // Tells PRI from POST.
            boolean http2 = in.read() == PREFACE[0] && in.read() == PREFACE[1];
            in.reset();
            if (http2) {
                serveCalls(in, out);
            } else {
                serveRequests(in, out);
            }
        } catch (IOException gone) {
            // The sender has gone.
        }
    }

    private void serveRequests(DataInputStream in, OutputStream out) throws IOException {
        while (true) {
            long length = -1;
            boolean chunked = false;
            String line = line(in);
            while (!line.isEmpty()) {
                String lower = line.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Long.parseLong(
                            lower.substring("content-length:".length()).strip());
                }
                chunked |= lower.startsWith("transfer-encoding:");
                line = line(in);
            }
            if (chunked) {
                long chunk = Long.parseLong(line(in), 16);
                while (chunk > 0) {
                    in.skipNBytes(chunk + 2);
                    bytes.add(chunk);
                    chunk = Long.parseLong(line(in), 16);
                }
                in.skipNBytes(2);
            } else {
                in.skipNBytes(Math.max(0, length));
                bytes.add(Math.max(0, length));
            }
            out.write(YES);
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        int next = in.readUnsignedByte();
        while (next != '\n') {
            if (next != '\r') {
                text.append((char) next);
            }
            next = in.readUnsignedByte();
        }
        return text.toString();
    }

    private void serveCalls(DataInputStream in, OutputStream out) throws IOException {
        in.skipNBytes(PREFACE.length);
        frame(out, SETTINGS, 0, 0, settings());
        frame(out, WINDOW_UPDATE, 0, 0, number(WINDOW_BYTES));
        while (true) {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] kept = type == PING ? in.readNBytes(length) : null;
            in.skipNBytes(kept == null ? length : 0);
            if (type == GO_AWAY) {
                return;
            }
            if (type == SETTINGS && (flags & ACK) == 0) {
                frame(out, SETTINGS, ACK, 0, new byte[0]);
            } else if (kept != null && (flags & ACK) == 0) {
                frame(out, PING, ACK, 0, kept);
            } else if (type == DATA) {
                bytes.add(length);
                if (length > 0) {
                    frame(out, WINDOW_UPDATE, 0, 0, number(length));
                }
                if ((flags & END_STREAM) != 0) {
                    answer(out, stream);
                }
            }
        }
    }

    private static void answer(OutputStream out, int stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frame(all, HEADERS, END_HEADERS, stream, BEGUN);
        frame(all, DATA, 0, stream, EMPTY_MESSAGE);
        frame(all, HEADERS, END_HEADERS | END_STREAM, stream, ENDED);
        out.write(all.toByteArray());
    }

    private static byte[] settings() {
        return ByteBuffer.allocate(12)
                .putShort((short) INITIAL_WINDOW_SIZE)
                .putInt(WINDOW_BYTES)
                .putShort((short) MAX_FRAME_SIZE)
                .putInt(FRAME_BYTES)
                .array();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(ByteBuffer.allocate(9 + payload.length)
                .putShort((short) (payload.length >> 8))
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
