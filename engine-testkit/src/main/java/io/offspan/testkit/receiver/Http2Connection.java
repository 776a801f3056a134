package io.offspan.testkit.receiver;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

/**
 * The frames of an HTTP/2 connection (RFC 9113) as a receiver of calls reads and writes them, one call after the other. Only what the
 * other side packs as headers is unpacked by a library, jetty-http2-hpack, which is optional.
 *
 * <pre>
 * 0  length of the payload, 3 bytes
 * 3  type
 * 4  flags
 * 5  stream, 4 bytes; 0 is the connection
 * 9  payload
 * </pre>
 *
 * <p><b>Threads.</b> One.
 */
final class Http2Connection {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 0x20;
    private static final int HEAD_BYTES = 9;
    /** No frame may be longer unless the other side says so. */
    private static final int MAX_FRAME = 16 * 1024;

    private static final int MAX_HEADERS = 64 * 1024;

    private final Socket socket;
    private final DataInputStream in;
    private final HpackDecoder decoder = new HpackDecoder(MAX_HEADERS, System::nanoTime);
    private final Map<Integer, Call> open = new LinkedHashMap<>();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private boolean granting = true;

    /** A stream as far as it was read. */
    static final class Call {
        final int stream;
        final String method;
        final String path;
        final Map<String, String> headers = new TreeMap<>();
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        boolean ended;
        boolean reset;
        boolean served;

        Call(int stream, MetaData.Request head) {
            this.stream = stream;
            method = head.getMethod();
            path = head.getHttpURI().getPathQuery();
            for (HttpField field : head.getHttpFields()) {
                headers.put(field.getLowerCaseName(), field.getValue());
            }
        }
    }

    private Http2Connection(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = new DataInputStream(in);
    }

    static Http2Connection open(Socket socket, InputStream in) throws IOException {
        if (!Arrays.equals(in.readNBytes(PREFACE.length), PREFACE)) {
            throw new IOException("Not the preface of HTTP/2");
        }
        Http2Connection connection = new Http2Connection(socket, in);
        connection.frame(SETTINGS, 0, 0, new byte[0]);
        return connection;
    }

    /** Returns the next call, whose body may still be on its way. */
    Call next() throws IOException {
        while (true) {
            for (Call call : open.values()) {
                if (!call.served) {
                    call.served = true;
                    return call;
                }
            }
            read();
        }
    }

    /** Reads until a call has its whole body. */
    void awaitBody(Call call) throws IOException {
        while (!call.ended) {
            if (call.reset) {
                throw new EOFException("The call was reset");
            }
            read();
        }
    }

    /** Reads until the client resets a call, or goes; lets it send no more than it may by now. */
    void awaitReset(Call call) throws IOException {
        granting = false;
        while (!call.reset) {
            read();
        }
    }

    /** Says that a call was answered; one that is still to be reset or to come to its end stays known. */
    void done(Call call) {
        if (call.ended) {
            open.remove(call.stream);
        }
    }

    private void read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException();
        }
        switch (type) {
            case DATA -> data(stream, flags, payload);
            case HEADERS, CONTINUATION -> headers(stream, type, flags, payload);
            case RESET -> {
                Call call = open.get(stream);
                if (call != null) {
                    call.reset = true;
                }
            }
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    frame(SETTINGS, ACK, 0, new byte[0]);
                }
            }
            case PING -> {
                if ((flags & ACK) == 0) {
                    frame(PING, ACK, 0, payload);
                }
            }
            default -> {}
        }
    }

    private void data(int stream, int flags, byte[] payload) throws IOException {
        Call call = open.get(stream);
        int from = (flags & PADDED) != 0 ? 1 : 0;
        int padding = from == 0 ? 0 : payload[0] & 0xff;
        if (call != null) {
            call.data.write(payload, from, payload.length - from - padding);
            call.ended |= (flags & END_STREAM) != 0;
        }
        if (payload.length > 0 && granting) {
            byte[] taken =
                    ByteBuffer.allocate(Integer.BYTES).putInt(payload.length).array();
            frame(WINDOW, 0, 0, taken);
            if (call != null && !call.ended) {
                frame(WINDOW, 0, stream, taken);
            }
        }
    }

    private void headers(int stream, int type, int flags, byte[] payload) throws IOException {
        int from = 0;
        int padding = 0;
        if (type == HEADERS) {
            block.reset();
            padding = (flags & PADDED) != 0 ? payload[from++] & 0xff : 0;
            from += (flags & PRIORITY) != 0 ? 5 : 0;
        }
        block.write(payload, from, payload.length - from - padding);
        boolean last = type == HEADERS && (flags & END_STREAM) != 0;
        if ((flags & END_HEADERS) != 0) {
            try {
                MetaData head = decoder.decode(ByteBuffer.wrap(block.toByteArray()));
                if (head instanceof MetaData.Request first) {
                    Call call = new Call(stream, first);
                    call.ended = last;
                    open.put(stream, call);
                }
            } catch (HpackException damaged) {
                throw new IOException("Headers that cannot be unpacked", damaged);
            }
        }
    }

    /** Writes headers, none of them compressed, as name, value, name, value, in as many frames as it takes. */
    void head(int stream, boolean end, String... named) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (int i = 0; i < named.length; i++) {
            if (i % 2 == 0) {
                // A literal that is not to be indexed, whose name is literal, too.
                packed.write(0);
            }
            byte[] bytes = named[i].getBytes(StandardCharsets.UTF_8);
            number(packed, bytes.length);
            packed.write(bytes);
        }
        byte[] all = packed.toByteArray();
        for (int at = 0; at < all.length; at += MAX_FRAME) {
            int to = Math.min(all.length, at + MAX_FRAME);
            int flags = (to == all.length ? END_HEADERS : 0) | (at == 0 && end ? END_STREAM : 0);
            frame(at == 0 ? HEADERS : CONTINUATION, flags, stream, Arrays.copyOfRange(all, at, to));
        }
    }

    private static void number(ByteArrayOutputStream out, int value) {
        int most = 0x7f;
        if (value < most) {
            out.write(value);
            return;
        }
        out.write(most);
        int rest = value - most;
        while (rest >= 0x80) {
            out.write(rest & 0x7f | 0x80);
            rest >>= 7;
        }
        out.write(rest);
    }

    /** Writes data in as many frames as it takes. */
    void body(int stream, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; at += MAX_FRAME) {
            frame(DATA, 0, stream, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + MAX_FRAME)));
        }
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        byte[] frame = ByteBuffer.allocate(HEAD_BYTES + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
        OutputStream out = socket.getOutputStream();
        out.write(frame);
        out.flush();
    }
}
