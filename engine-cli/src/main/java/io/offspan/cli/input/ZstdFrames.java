package io.offspan.cli.input;

import java.io.IOException;
import java.io.InputStream;

/** Tells zstd by its first bytes, and unpacks it where there is a library for that. */
final class ZstdFrames {
    private static final int MAGIC = 0x28b52ffd;

    private ZstdFrames() {}

    /** Tells whether a frame starts at a place. */
    static boolean startsAt(byte[] bytes, int at) {
        return bytes.length >= at + Integer.BYTES
                && (bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff)
                        == MAGIC;
    }

    /**
     * Starts to unpack a stream.
     *
     * @param remedy what to do where that is not possible
     */
    static UnpackedStream open(InputStream packed, String remedy) throws IOException {
        try {
            return new ZstdStream(packed);
        } catch (LinkageError absent) {
            throw new InputException(
                    InputException.FOREIGN,
                    "this is zstd, and the library zstd-jni that unpacks it is not there or does not load here; "
                            + remedy);
        }
    }
}
