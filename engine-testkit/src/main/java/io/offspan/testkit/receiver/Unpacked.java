package io.offspan.testkit.receiver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** A body as it was before it was compressed. */
final class Unpacked {
    private Unpacked() {}

    static InputStream of(String encoding, byte[] body) throws IOException {
        InputStream in = new ByteArrayInputStream(body);
        return switch (encoding) {
            case "identity" -> in;
            case "gzip" -> new GZIPInputStream(in, 1 << 14);
            case "zstd" -> ZstdBody.open(in);
            default -> throw new IOException("A body comes as " + encoding);
        };
    }
}
