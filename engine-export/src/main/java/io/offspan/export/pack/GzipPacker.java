package io.offspan.export.pack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses by gzip (RFC 1952) with one deflater that is used again; the JDK's stream makes a new one for every body.
 *
 * <pre>
 *  0  1f 8b        magic
 *  2  08 00        deflate, no name and no comment
 *  4  00 × 4       no time
 *  8  00 ff        no hint, unknown system
 * 10  deflated bytes
 *     CRC-32 of the body, length of the body, 4 bytes each, lowest first
 * </pre>
 */
final class GzipPacker extends Packer {
    private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int TAIL_BYTES = 8;
    private static final int FIRST_BYTES = 16 * 1024;

    private final Deflater deflater = new Deflater(level(Effort.HIGH), true);
    private final CRC32 crc = new CRC32();
    private byte[] out = Arrays.copyOf(HEAD, FIRST_BYTES);

    GzipPacker() {
        super(Compression.GZIP);
    }

    private static int level(Effort effort) {
        return switch (effort) {
            case LOW -> 1;
            case MEDIUM -> 3;
            case HIGH -> 6;
        };
    }

    @Override
    void effort(Effort most) {
        deflater.setLevel(level(most));
    }

    @Override
    void pack(byte[] body, int bodyLength) {
        deflater.reset();
        deflater.setInput(body, 0, bodyLength);
        deflater.finish();
        int at = HEAD.length;
        while (!deflater.finished()) {
            if (out.length - at <= TAIL_BYTES) {
                out = Arrays.copyOf(out, 2 * out.length);
            }
            at += deflater.deflate(out, at, out.length - at - TAIL_BYTES);
        }
        crc.reset();
        crc.update(body, 0, bodyLength);
        ByteBuffer tail = ByteBuffer.wrap(out, at, TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        tail.putInt((int) crc.getValue()).putInt(bodyLength);
        packed(out, at + TAIL_BYTES);
    }

    @Override
    public void close() {
        deflater.end();
    }
}
