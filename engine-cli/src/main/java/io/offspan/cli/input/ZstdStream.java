package io.offspan.cli.input;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;

/**
 * What the frames of a zstd stream (RFC 8878) hold, one after another.
 *
 * <p>The only class that knows zstd-jni, which may be absent and has native code, which may not load; nobody but {@link ZstdFrames} may
 * know this class.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> native memory and the stream.
 */
final class ZstdStream extends UnpackedStream {
    private final ZstdInputStreamNoFinalizer in;
    private boolean ended;

    ZstdStream(InputStream packed) throws IOException {
        in = new ZstdInputStreamNoFinalizer(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("zstd is read in blocks");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = packed.read(bytes, offset, length);
                ended = count < 0;
                return count;
            }
        });
    }

    @Override
    int unpack(byte[] bytes, int offset, int length) throws IOException {
        try {
            return in.read(bytes, offset, length);
        } catch (ZstdIOException damage) {
            end(
                    ended ? InputException.TRUNCATED : InputException.MALFORMED,
                    ended ? "the zstd stream is cut off" : "the zstd stream is damaged");
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
