package io.offspan.testkit.receiver;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;

/** What a frame of zstd holds. The only class that knows zstd-jni, which may be absent where nobody sends such. */
final class ZstdBody {
    private ZstdBody() {}

    static InputStream open(InputStream packed) throws IOException {
        return new ZstdInputStreamNoFinalizer(packed);
    }
}
