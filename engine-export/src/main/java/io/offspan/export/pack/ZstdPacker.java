package io.offspan.export.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/**
 * Compresses by zstd (RFC 8878), a frame for each body.
 *
 * <p>The only class that knows zstd-jni, which may be absent and has native code, which may not load; nobody but {@link Packing} makes
 * one.
 */
final class ZstdPacker extends Packer {
    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private byte[] out = new byte[0];

    ZstdPacker() {
        super(Compression.ZSTD);
    }

    @Override
    void effort(Effort most) {
        context.setLevel(1 + most.ordinal());
    }

    @Override
    void pack(byte[] body, int bodyLength) {
        int most = Math.toIntExact(Zstd.compressBound(bodyLength));
        if (out.length < most) {
            out = new byte[most];
        }
        packed(out, context.compressByteArray(out, 0, out.length, body, 0, bodyLength));
    }

    @Override
    public void close() {
        context.close();
    }
}
